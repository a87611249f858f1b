import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** How images are cut into square tiles. */
export interface Tiling {
  /** The side of a tile. */
  readonly side: number;
  /** The distance from one tile to the next; tiles overlap if it is less than the side. */
  readonly step: number;
  /** Zeros before an image's first row and column; after the last ones, tiles see as many as they reach for. */
  readonly before: number;
}

/** Complete rows of tiles of some images, which are computed at a time. */
export interface Strip {
  /** The number of tiles. */
  readonly tiles: number;
  /** The pixels, with zeros around the images, `[pixels, C]`. */
  readonly pixels: Tensor2D;
  /**
   * The position of each tile's elements among the pixels, `[side²·tiles]`: first elements of all tiles, then second
   * ones, and so on.
   */
  cut(): Tensor1D;
  /** The position of each pixel of the images among the elements of tiles of `step` rows and columns. */
  join(): Tensor1D;
}

/** The tiles of one or several images, or of a part of one. */
interface Extent {
  readonly images: number;
  /** Rows of tiles, and tiles in each row. */
  readonly down: number;
  readonly across: number;
  /** Rows and columns of an image that its tiles stand for. */
  readonly height: number;
  readonly width: number;
}

/**
 * Cuts `[N, H, W, C]` into strips of at most `tiles` tiles, or one row if that has more: parts of an image, or several
 * images, in order.
 */
export function strips(x: Tensor4D, tiling: Tiling, tiles: number): Strip[] {
  const { side, step, before } = tiling;
  const [batch, height, width, channels] = x.shape, down = Math.ceil(height / step), across = Math.ceil(width / step);
  const reach = side - step, rows = step * down + reach, columns = step * across + reach;
  const pads = [height, width].map((size, i): [number, number] => [before, [rows, columns][i] - size - before]);
  const images = shares(batch, tiles / (down * across)), rowsOfTiles = shares(down, tiles / across);
  const parts: Tensor4D[] = images.length > 1 ? tf.split(x, images) : [x];
  const places = placesOf(tiling);
  return parts.flatMap((part, i) => {
    const padded = pads.flat().some((zeros) => zeros > 0) ? tf.pad(part, [[0, 0], ...pads, [0, 0]]) : part;
    const pixels: Tensor2D = tf.reshape(padded, [images[i] * rows * columns, channels]);
    if (images[i] > 1 || rowsOfTiles.length === 1) {
      return [{ pixels, ...places({ images: images[i], down, across, height, width }) }];
    }
    let first = 0;
    return rowsOfTiles.map((count) => {
      const start = step * first;
      first += count;
      return {
        pixels: tf.slice(pixels, [start * columns, 0], [(step * count + reach) * columns, channels]),
        ...places({ images: 1, down: count, across, height: Math.min(step * count, height - start), width }),
      };
    });
  });
}

/** Computes positions in strips, once for all strips of one extent. */
function placesOf(tiling: Tiling): (extent: Extent) => Omit<Strip, "pixels"> {
  const known = new Map<string, Omit<Strip, "pixels">>();
  return (extent) => {
    const { images, down, across, height } = extent, key = `${images} ${down} ${height}`;
    const places = known.get(key) ?? {
      tiles: images * down * across,
      cut: once(() => cutPlaces(extent, tiling)),
      join: once(() => joinPlaces(extent, tiling.step)),
    };
    known.set(key, places);
    return places;
  };
}

function cutPlaces({ images, down, across }: Extent, { side, step }: Tiling): Tensor1D {
  const reach = side - step, rows = step * down + reach, columns = step * across + reach;
  const tiles = images * down * across;
  return tf.tensor1d(
    Int32Array.from({ length: side ** 2 * tiles }, (_, at) => {
      const element = Math.floor(at / tiles), tile = at % tiles;
      const image = Math.floor(tile / (down * across)), row = Math.floor(tile / across) % down;
      const y = step * row + Math.floor(element / side), x = step * (tile % across) + element % side;
      return (image * rows + y) * columns + x;
    }),
    "int32",
  );
}

function joinPlaces({ images, down, across, height, width }: Extent, step: number): Tensor1D {
  const tiles = images * down * across;
  return tf.tensor1d(
    Int32Array.from({ length: images * height * width }, (_, at) => {
      const image = Math.floor(at / (height * width)), y = Math.floor(at / width) % height, x = at % width;
      const tile = (image * down + Math.floor(y / step)) * across + Math.floor(x / step);
      return (y % step * step + x % step) * tiles + tile;
    }),
    "int32",
  );
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

/** Splits a number into nearly equal parts of at most `most`, or 1 if that is larger. */
function shares(total: number, most: number): number[] {
  const count = Math.ceil(total / Math.max(1, Math.floor(most)));
  return Array.from({ length: count }, (_, i) => Math.floor(total * (i + 1) / count) - Math.floor(total * i / count));
}
