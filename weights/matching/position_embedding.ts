/** Rows and columns of a grid of patches. */
type Grid = readonly [height: number, width: number];

/**
 * Resizes the position embedding of a vision transformer, `[1 + H·W, C]`, to another grid of patches. The class token's
 * row stays, and the others are resized as an image: bicubic with antialiasing, like PyTorch's
 * `interpolate(mode="bicubic", antialias=True)` and timm.
 *
 * @throws {RangeError} where the values are not such an embedding of the grid `from`
 *
 * @example
 * ```ts
 * import { resizePositionEmbedding } from "./position_embedding.ts";
 * const channels = 192, trained = new Float32Array((1 + 14 * 14) * channels);
 * const resized = resizePositionEmbedding(trained, [14, 14], [16, 12]);
 * console.assert(resized.length === (1 + 16 * 12) * channels);
 * ```
 */
export function resizePositionEmbedding(embedding: Float32Array, from: Grid, to: Grid): Float32Array<ArrayBuffer> {
  const [height, width] = from, [newHeight, newWidth] = to;
  const channels = embedding.length / (1 + height * width);
  if (!Number.isInteger(channels)) {
    throw new RangeError(`${embedding.length} values are not a position embedding [1 + ${height}·${width}, C]`);
  }
  const resized = new Float32Array((1 + newHeight * newWidth) * channels);
  resized.set(embedding.subarray(0, channels));
  const image = embedding.subarray(channels);
  const rows = resizeAxis(image, weightsOf(height, newHeight), 1, height, width * channels);
  resized.set(resizeAxis(rows, weightsOf(width, newWidth), newHeight, width, channels), channels);
  return resized;
}

/** The weights of a new place along an axis, for the old places from `start` on. */
interface Taps {
  readonly start: number;
  readonly weights: readonly number[];
}

/** Resizes the middle axis, `[outer, size, inner]` → `[outer, taps.length, inner]`. */
function resizeAxis(values: ArrayLike<number>, taps: readonly Taps[], outer: number, size: number, inner: number) {
  const resized = new Float64Array(outer * taps.length * inner);
  for (let o = 0; o < outer; o++) {
    for (const [place, { start, weights }] of taps.entries()) {
      const target = (o * taps.length + place) * inner;
      for (const [tap, weight] of weights.entries()) {
        const source = (o * size + start + tap) * inner;
        for (let i = 0; i < inner; i++) {
          resized[target + i] = (resized[target + i] ?? 0) + weight * (values[source + i] ?? NaN);
        }
      }
    }
  }
  return resized;
}

/**
 * The taps of every new place. The kernel is as wide as the larger of an old and a new pixel, and ends at the border.
 */
function weightsOf(size: number, newSize: number): readonly Taps[] {
  const scale = size / newSize, stretch = Math.max(1, scale), support = 2 * stretch;
  return Array.from({ length: newSize }, (_, place) => {
    const center = scale * (place + 0.5);
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(size, Math.trunc(center + support + 0.5));
    const weights = Array.from({ length: end - start }, (_, tap) => cubic((start + tap - center + 0.5) / stretch));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { start, weights: weights.map((weight) => weight / total) };
  });
}

/** Keys' cubic convolution kernel (1981), a = −½. */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}
