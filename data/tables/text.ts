/**
 * Decodes the text of a file, without its byte order mark: UTF-8, or UTF-16 as Windows writes it. UTF-16 is recognized by its
 * mark or, without one, by the zeros between its first two letters.
 *
 * @example
 * ```ts
 * import { decodeText } from "./text.ts";
 * console.assert(decodeText(Uint8Array.of(0xff, 0xfe, 0x41, 0)) === "A");
 * ```
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([a, b, c, d]: Uint8Array): string {
  if ((a === 0xff && b === 0xfe) || (a > 0 && b === 0 && c > 0 && d === 0)) return "utf-16le";
  if ((a === 0xfe && b === 0xff) || (a === 0 && b > 0 && c === 0 && d > 0)) return "utf-16be";
  return "utf-8";
}
