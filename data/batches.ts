import type { Dataset } from "./dataset.ts";
import { DecoderPool } from "./decoder_pool.ts";
import { type Normalization, normalizer } from "./normalization.ts";
import type { Plane } from "./plane.ts";

/** Some films, ready for a model. */
export interface Batch {
  /** `[size, imageSize, imageSize, 1]`, normalised; longer where it is padded. */
  readonly images: Float32Array<ArrayBuffer>;
  /** `[size, classes]`, 1 where the film has the label, else 0. */
  readonly targets: Float32Array<ArrayBuffer>;
  /** Indices of the films in the dataset. */
  readonly films: readonly number[];
  /** Number of films: the batch size, or what is left in the last batch. */
  readonly size: number;
}

/** Options of {@linkcode openBatches}. */
export interface BatchesOptions {
  readonly imageSize: number;
  /** By default from −1, black, to 1, white. */
  readonly normalization?: Normalization;
  /**
   * Decoder threads; 0 decodes on this one. By default the cores but one, at least 1 and at most 4. Deno lets a thread start
   * only where this program's own files may be read, and under the unstable feature `worker-options`: it may only read.
   */
  readonly workers?: number;
  /** Films are kept decoded until this much memory is full: 1 GiB. Filling, not replacing: a shuffled order repeats nothing. */
  readonly cacheBytes?: number;
}

/** Options of {@linkcode Batches.stream}. */
export interface StreamOptions {
  readonly batchSize: number;
  /** Batches that are decoded ahead of the one in use: 3. */
  readonly ahead?: number;
  /** The last batch has the others' length, with zeros behind its `size` films: for what is compiled for one length. */
  readonly pad?: boolean;
}

/** A source of batches; dispose of it to end its decoders. */
export interface Batches extends AsyncDisposable {
  /**
   * The films of `order` (indices, repeats allowed) in that order, decoded ahead of need, the last batch as short as it comes.
   * Stopping early leaves nothing behind. A damaged film throws a UserError (exit status 1) that names it.
   */
  stream(order: readonly number[], options: StreamOptions): AsyncGenerator<Batch, void, void>;
}

/**
 * Opens a dataset for reading in batches. Films are decoded and resized in worker threads, and kept for the next epoch.
 *
 * @example
 * ```ts
 * import { openBatches } from "./batches.ts";
 * import { openPhantom } from "./phantom.ts";
 * await using batches = openBatches(openPhantom(), { imageSize: 32, workers: 0 });
 * for await (const { images, targets, size } of batches.stream([5, 1, 7], { batchSize: 2 })) {
 *   console.assert(images.length === size * 32 * 32 && targets.length === size * 15);
 * }
 * ```
 */
export function openBatches(
  dataset: Pick<Dataset, "films" | "labels" | "job">,
  { imageSize, normalization, workers = defaultWorkers(), cacheBytes = 2 ** 30 }: BatchesOptions,
): Batches {
  const normalize = normalizer(normalization);
  const pool = new DecoderPool({ workers, imageSize });
  const pixelsOf = keeping(async (film) => (await pool.decode(await dataset.job(film))).pixels, cacheBytes);
  const classes = dataset.labels.length, area = imageSize * imageSize;

  const assemble = async (films: readonly number[], length: number): Promise<Batch> => {
    const images = new Float32Array(length * area), targets = new Float32Array(length * classes);
    await Promise.all(films.map(async (film, i) => {
      for (const label of dataset.films[film].labels) targets[i * classes + label] = 1;
      normalize(await pixelsOf(film), images, i * area);
    }));
    return { images, targets, films, size: films.length };
  };

  return {
    async *stream(order, { batchSize, ahead = 3, pad = false }) {
      if (!(Number.isInteger(batchSize) && batchSize > 0)) {
        throw new RangeError(`the batch size is a whole number from 1 on, got ${batchSize}`);
      }
      const underWay: Promise<Batch>[] = [];
      let position = 0;
      const fill = () => {
        while (underWay.length < Math.max(ahead, 1) && position < order.length) {
          const films = order.slice(position, position + batchSize);
          const batch = assemble(films, pad ? batchSize : films.length);
          batch.catch(() => {}); // reported when its turn comes, if it comes
          underWay.push(batch);
          position += batchSize;
        }
      };
      fill();
      for (let next = underWay.shift(); next; next = underWay.shift()) {
        const batch = await next;
        fill();
        yield batch;
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(pool[Symbol.dispose]()),
  };
}

/** Keeps decoded films until the memory is full; a film that is being decoded is not decoded twice. */
function keeping(
  decode: (film: number) => Promise<Plane["pixels"]>,
  cacheBytes: number,
): (film: number) => Promise<Plane["pixels"]> {
  const kept = new Map<number, Promise<Plane["pixels"]>>();
  let bytes = 0;
  return (film) => {
    const known = kept.get(film);
    if (known) return known;
    const pixels = decode(film).then((decoded) => {
      if (bytes + decoded.byteLength > cacheBytes) kept.delete(film);
      else bytes += decoded.byteLength;
      return decoded;
    }, (error) => {
      kept.delete(film);
      throw error;
    });
    kept.set(film, pixels);
    return pixels;
  };
}

/** On two cores one decoder is enough: TensorFlow wants both. */
function defaultWorkers(): number {
  return Math.min(Math.max(navigator.hardwareConcurrency - 1, 1), 4);
}
