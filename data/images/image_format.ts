import { pngSignature } from "./png_chunks.ts";

/** The formats of films. */
export type ImageFormat = "png" | "jpeg";

/** Which format a file has by its first bytes, whatever its name says; undefined of any other. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (pngSignature.every((byte, i) => bytes[i] === byte)) return "png";
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? "jpeg" : undefined;
}
