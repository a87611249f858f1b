/** One grey image. A byte per pixel, or, where the file was deeper than 8 bits, a float on the same scale 0…255. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** `[height, width]`, 0 black, 255 the full scale of the file's bit depth. */
  readonly pixels: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}

/** (x/255 − 0.5)/0.5 of every byte, in float32. */
const ofByte = Float32Array.from({ length: 256 }, (_, x) => normalizePixel(x));

function normalizePixel(x: number): number {
  return (x / 255 - 0.5) / 0.5;
}

/**
 * Preprocessing's last step, (x/255 − 0.5)/0.5, written into `out` from `offset` on: −1 black, 1 white.
 *
 * @example
 * ```ts
 * import { normalize } from "./plane.ts";
 * const out = new Float32Array(2);
 * normalize(Uint8Array.of(0, 255), out);
 * console.assert(out[0] === -1 && out[1] === 1);
 * ```
 */
export function normalize(pixels: Plane["pixels"], out: Float32Array, offset = 0): void {
  if (pixels instanceof Uint8Array) {
    for (let i = 0; i < pixels.length; i++) out[offset + i] = ofByte[pixels[i]];
  } else {
    for (let i = 0; i < pixels.length; i++) out[offset + i] = normalizePixel(pixels[i]);
  }
}
