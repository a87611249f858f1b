import type { RandomStream } from "../../random.ts";
import type { Anatomy } from "./anatomy.ts";

/** Makes value noise, about −1…1: random values on a grid of `cells`² over the film, bilinear between. */
export function valueNoise(stream: RandomStream, cells: number): (x: number, y: number) => number {
  return grid(cells, () => 2 * stream.uniform() - 1);
}

/** Makes the uneven texture of tissue: noise of three scales, summed once and then looked up. */
export function mottle(stream: RandomStream): (x: number, y: number) => number {
  const coarse = valueNoise(stream, 5), middle = valueNoise(stream, 17), cells = 60;
  return grid(cells, (x, y) => 0.025 * coarse(x, y) + 0.02 * middle(x, y) + 0.018 * (2 * stream.uniform() - 1));
}

/** Samples a function of x and y in [−1, 1] on `cells`² cells, and interpolates bilinearly between. */
function grid(cells: number, sample: (x: number, y: number) => number): (x: number, y: number) => number {
  const side = cells + 2;
  const values = Float32Array.from(
    { length: side * side },
    (_, i) => sample(2 * (i % side) / cells - 1, 2 * Math.floor(i / side) / cells - 1),
  );
  return (x, y) => {
    const u = Math.min(Math.max((x + 1) * cells / 2, 0), cells), v = Math.min(Math.max((y + 1) * cells / 2, 0), cells);
    const i = Math.floor(u), j = Math.floor(v), du = u - i, dv = v - j, at = j * side + i;
    const above = values[at] + (values[at + 1] - values[at]) * du;
    const under = values[at + side] + (values[at + side + 1] - values[at + side]) * du;
    return above + (under - above) * dv;
  };
}

/** Draws lung vessels that branch from both hila and thin outward, as densities `[size, size]`. */
export function vesselMap(stream: RandomStream, anatomy: Anatomy, size: number): Float32Array {
  const map = new Float32Array(size * size);
  for (const sign of [-1, 1]) {
    for (let branch = 0; branch < 24; branch++) {
      let angle = (stream.uniform() - 0.5) * 2.7, x = sign * 0.17, y = -0.06 + 0.1 * (stream.uniform() - 0.5);
      const length = 10 + stream.integer(16);
      for (let step = 0; step < length; step++) {
        const thin = 1 - step / length;
        stamp(map, size, { x, y, radius: 0.006 + 0.016 * thin * thin, density: 0.2 * thin * anatomy.vessels });
        angle += (stream.uniform() - 0.5) * 0.5;
        x += sign * Math.cos(angle) * 0.024;
        y += Math.sin(angle) * 0.024;
      }
    }
  }
  return map;
}

/** Draws a soft disk into a map, where the map is not denser already. */
function stamp(
  map: Float32Array,
  size: number,
  { x, y, radius, density }: {
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly density: number;
  },
): void {
  const cx = (x + 1) * size / 2, cy = (y + 1) * size / 2, r = radius * size / 2 + 0.7;
  for (let j = Math.max(Math.ceil(cy - r), 0); j <= Math.min(cy + r, size - 1); j++) {
    for (let i = Math.max(Math.ceil(cx - r), 0); i <= Math.min(cx + r, size - 1); i++) {
      const fall = 1 - ((i - cx) ** 2 + (j - cy) ** 2) / (r * r);
      if (fall > 0) map[j * size + i] = Math.max(map[j * size + i], density * fall);
    }
  }
}

/**
 * Computes a pixel's film grain: noise of mean 0 and standard deviation about 1, by a hash of seed and pixel. Unlike a stream's
 * `normal()`, it needs no state and takes a few milliseconds for a million pixels.
 */
export function grain(seed: number, i: number): number {
  let h = Math.imul(i ^ seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  return ((h & 1023) + ((h >>> 10) & 1023) + ((h >>> 20) & 1023) - 1534.5) / 512;
}
