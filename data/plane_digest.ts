import { digestOf } from "../lineage/digest.ts";
import type { Plane } from "./plane.ts";

/** placeholder until the decoder's branch is merged */
export function planeDigest({ width, height, pixels }: Plane): string {
  return digestOf([`${width} ${height} `, new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)]);
}
