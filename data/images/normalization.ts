import type { Plane } from "./plane.ts";

/** How pixels become a model's input: (x/255 − mean)/std. */
export interface Normalization {
  readonly mean: number;
  readonly std: number;
}

/** To [−1, 1], black to white. */
export const defaultNormalization: Normalization = { mean: 0.5, std: 0.5 };

/**
 * Preprocessing's last step, (x/255 − mean)/std in float32. The function writes a plane's values into `out`, from `offset` on, each
 * `stride` after the one before.
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
 * Gray for a model of so many channels: each gets the film's values in its own scale. The function writes `[pixels, channels]` into `out`,
 * from `offset` on.
 */
export function channelNormalizer(
  channels: readonly Normalization[],
): (pixels: Plane["pixels"], out: Float32Array, offset?: number) => void {
  const normalizers = channels.map(normalizer);
  return (pixels, out, offset = 0) =>
    normalizers.forEach((normalize, channel) => normalize(pixels, out, offset + channel, channels.length));
}

/**
 * What is odd about values that were to be normalized so, of channels that take turns, or undefined: they reach further outside
 * of what a film gives than half its span, or fill less than a fiftieth of it. NaN among them is outside of everything.
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
  return `values from ${show(least)} to ${show(greatest)}, and the model expects ${show(low)} (black) to ${
    show(high)
  } (white)`;
}
