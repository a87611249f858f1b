import { assertEquals } from "@std/assert";
import { decodeText } from "./text.ts";

/** A text in UTF-16. */
function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length), view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return bytes;
}

Deno.test("decodeText: UTF-8 and both orders of UTF-16, with and without a byte order mark", () => {
  const text = "No Finding:0\r\nZo\u00eb \u{1fa7b}:1\n";
  for (const mark of ["", "\ufeff"]) {
    assertEquals(decodeText(new TextEncoder().encode(mark + text)), text);
    assertEquals(decodeText(utf16(mark + text, true)), text);
    assertEquals(decodeText(utf16(mark + text, false)), text);
  }
  assertEquals(["", "a", "ab", "a\0"].map((text) => decodeText(new TextEncoder().encode(text))), [
    "",
    "a",
    "ab",
    "a\0",
  ]);
});
