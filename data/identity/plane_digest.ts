import { digestOf } from "../../lineage/digest.ts";
import type { Plane } from "../images/plane.ts";

/**
 * Computes the digest of a plane: 16 hexadecimal digits of SHA-256 over its width, its height and its pixels. A plane of floats that
 * are all integers from 0 to 255 has the digest of the same plane of bytes, so that losslessly encoded copies of a film have one
 * digest, whatever their format, color type, bit depth and compression.
 *
 * @example
 * ```ts
 * import { planeDigest } from "./plane_digest.ts";
 * const [bytes, floats] = [Uint8Array.of(7, 255), Float32Array.of(7, 255)];
 * console.assert(
 *   planeDigest({ width: 2, height: 1, pixels: bytes }) === planeDigest({ width: 2, height: 1, pixels: floats }),
 * );
 * ```
 */
export function planeDigest({ width, height, pixels }: Plane): string {
  const canonical = pixels instanceof Float32Array && pixels.every(isByte) ? Uint8Array.from(pixels) : pixels;
  return digestOf([
    `${canonical.BYTES_PER_ELEMENT} ${width} ${height} `, // so that the bytes of floats are not taken for a plane of bytes
    new Uint8Array(canonical.buffer, canonical.byteOffset, canonical.byteLength),
  ]);
}

function isByte(value: number): boolean {
  return (value & 255) === value;
}
