import { pngSignature } from "./png_chunks.ts";

/** An image format that Thorax decodes. */
export type ImageFormat = "png" | "jpeg";

/** Returns the format of a file by its first bytes, whatever its name says; `undefined` for any other format. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (pngSignature.every((byte, i) => bytes[i] === byte)) return "png";
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? "jpeg" : undefined;
}
