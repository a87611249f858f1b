import type { Plane } from "./plane.ts";

/** Fraction bits of a coefficient in Pillow's 8-bit arithmetic: 32 bits without the pixel's 8 and 2 to spare. */
const precisionBits = 32 - 8 - 2;

/** The filter taps of each output pixel along an axis. */
interface Taps {
  /** The greatest number of input pixels of an output pixel. */
  readonly size: number;
  /** First input pixel of each output pixel. */
  readonly first: Int32Array;
  /** Number of input pixels of each output pixel. */
  readonly count: Int32Array;
  /** `[out, size]`; each row sums to 1. */
  readonly weights: Float64Array;
  /** `weights` in fixed point. */
  readonly fixed: Int32Array;
}

/**
 * Stretches a plane to `width` × `height` as Pillow's `resize((width, height), Image.BILINEAR)` does: by a triangle filter whose
 * support grows with the scale, so that downsizing is antialiased; first horizontally, then vertically. A pass that keeps the
 * size is skipped.
 *
 * 8-bit planes give Pillow's mode "L" bit for bit: coefficients are in 22-bit fixed point, and each pass rounds to 8 bits. Planes
 * of deeper images hold floats on the scale 0…255 (65535 → 255) and stay float through both passes, with sums in double precision,
 * as in Pillow's mode "F".
 *
 * Source: Pillow `src/libImaging/Resample.c`.
 *
 * @example
 * ```ts
 * import { resize } from "./resize.ts";
 * const half = resize({ width: 4, height: 1, pixels: Uint8Array.of(0, 0, 255, 255) }, { width: 2, height: 1 });
 * console.assert(half.pixels.join() === "36,219");
 * ```
 */
export function resize(plane: Plane, { width, height }: Pick<Plane, "width" | "height">): Plane {
  const wide = plane.width === width ? plane : horizontal(plane, width);
  return wide.height === height ? wide : vertical(wide, height);
}

function horizontal({ width: from, height, pixels }: Plane, width: number): Plane {
  const { size, first, count, weights, fixed } = tapsOf(from, width);
  if (pixels instanceof Uint8Array) {
    const out = new Uint8ClampedArray(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 1 << (precisionBits - 1);
        const start = y * from + first[x], tap = x * size, n = count[x];
        for (let i = 0; i < n; i++) sum = (sum + pixels[start + i] * fixed[tap + i]) | 0;
        out[y * width + x] = sum >> precisionBits;
      }
    }
    return { width, height, pixels: new Uint8Array(out.buffer) };
  }
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const start = y * from + first[x], tap = x * size, n = count[x];
      for (let i = 0; i < n; i++) sum += pixels[start + i] * weights[tap + i];
      out[y * width + x] = sum;
    }
  }
  return { width, height, pixels: out };
}

/** Resizes row by row, so that memory is read in order. */
function vertical({ width, height: from, pixels }: Plane, height: number): Plane {
  const { size, first, count, weights, fixed } = tapsOf(from, height);
  if (pixels instanceof Uint8Array) {
    const out = new Uint8ClampedArray(width * height);
    const sums = new Int32Array(width);
    for (let y = 0; y < height; y++) {
      sums.fill(1 << (precisionBits - 1));
      for (let i = 0; i < count[y]; i++) {
        const weight = fixed[y * size + i], start = (first[y] + i) * width;
        for (let x = 0; x < width; x++) sums[x] += pixels[start + x] * weight;
      }
      for (let x = 0; x < width; x++) out[y * width + x] = sums[x] >> precisionBits;
    }
    return { width, height, pixels: new Uint8Array(out.buffer) };
  }
  const out = new Float32Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let i = 0; i < count[y]; i++) {
      const weight = weights[y * size + i], start = (first[y] + i) * width;
      for (let x = 0; x < width; x++) sums[x] += pixels[start + x] * weight;
    }
    out.set(sums, y * width);
  }
  return { width, height, pixels: out };
}

/** The latest taps, since a dataset's films share few sizes. */
const kept = new Map<string, Taps>();

function tapsOf(from: number, to: number): Taps {
  const key = `${from}/${to}`;
  const earlier = kept.get(key);
  if (earlier) return earlier;
  if (kept.size >= 64) kept.clear();
  const taps = computeTaps(from, to);
  kept.set(key, taps);
  return taps;
}

/** Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`. */
function computeTaps(from: number, to: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const inverse = 1 / support;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to), count = new Int32Array(to);
  const weights = new Float64Array(to * size), fixed = new Int32Array(to * size);
  for (let out = 0; out < to; out++) {
    const center = (out + 0.5) * scale;
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const n = Math.min(Math.trunc(center + support + 0.5), from) - start;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const weight = Math.max(1 - Math.abs((i + start - center + 0.5) * inverse), 0);
      weights[out * size + i] = weight;
      total += weight;
    }
    for (let i = out * size; i < out * size + n; i++) {
      weights[i] /= total;
      fixed[i] = Math.trunc(0.5 + weights[i] * (1 << precisionBits));
    }
    first[out] = start;
    count[out] = n;
  }
  return { size, first, count, weights, fixed };
}
