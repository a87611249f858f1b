import type { Plane } from "./plane.ts";

/** How pixels become a model's input: (x/255 − mean) / std. */
export interface Normalization {
  /** The mean to subtract, on the scale 0…1. */
  readonly mean: number;
  /** The standard deviation to divide by, on the scale 0…1. */
  readonly std: number;
}

/** The normalization to [−1, 1], from black to white. */
export const defaultNormalization: Normalization = { mean: 0.5, std: 0.5 };

/**
 * Makes the last step of preprocessing, (x/255 − mean) / std in float32: a function that writes a plane's values into `out`, the
 * first at `offset`, each `stride` after the one before.
 *
 * @example
 * ```ts
 * import { normalizer } from "./normalization.ts";
 * const out = new Float32Array(2);
 * normalizer()(Uint8Array.of(0, 255), out);
 * console.assert(out[0] === -1 && out[1] === 1);
 * ```
 */
export function normalizer(
  { mean, std }: Normalization = defaultNormalization,
): (pixels: Plane["pixels"], out: Float32Array, offset?: number, stride?: number) => void {
  const normalize = (x: number) => (x / 255 - mean) / std;
  const ofByte = Float32Array.from({ length: 256 }, (_, x) => normalize(x));
  return (pixels, out, offset = 0, stride = 1) => {
    if (pixels instanceof Uint8Array) {
      for (let i = 0; i < pixels.length; i++) out[offset + i * stride] = ofByte[pixels[i]];
    } else {
      for (let i = 0; i < pixels.length; i++) out[offset + i * stride] = normalize(pixels[i]);
    }
  };
}

/**
 * Makes a function that normalizes gray for a model of several channels, each by its own mean and std. It writes `[pixels, channels]`
 * into `out`, the first at `offset`.
 */
export function channelNormalizer(
  channels: readonly Normalization[],
): (pixels: Plane["pixels"], out: Float32Array, offset?: number) => void {
  const normalizers = channels.map(normalizer);
  return (pixels, out, offset = 0) =>
    normalizers.forEach((normalize, channel) => normalize(pixels, out, offset + channel, channels.length));
}

/**
 * Checks whether values `[…, channels]` have the range of films under these normalizations. They are odd where they reach outside
 * of it by more than half of its span, fill less than a fiftieth of it without being uniform, or hold NaN.
 *
 * @returns What is odd, for a message; `undefined` where nothing is.
 */
export function rangeFault(values: Float32Array, channels: readonly Normalization[]): string | undefined {
  let least = Infinity, greatest = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const low = Math.min(...channels.map(({ mean, std }) => (0 - mean) / std));
  const high = Math.max(...channels.map(({ mean, std }) => (1 - mean) / std));
  const span = high - low, range = greatest - least;
  const inside = least >= low - span / 2 && greatest <= high + span / 2;
  if (inside && (range === 0 || range >= span / 50)) return undefined;
  const show = (value: number) => +value.toPrecision(4);
  const expected = `${show(low)} (black) to ${show(high)} (white)`;
  return `values from ${show(least)} to ${show(greatest)}, and the model expects ${expected}`;
}
