import { encode } from "fast-png";
import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { decodeImage } from "./decode.ts";
import { imageFault } from "./image_ends.ts";
import { jpeg, png } from "./testing.ts";

const gray = encode({ width: 3, height: 2, channels: 1, depth: 8, data: new Uint8Array(6) });
const noise = Uint8Array.from({ length: 9000 }, (_, i) => (i * i * 37) >> 3);

/** Files whose header or end tells that something is wrong, and what; undefined of whole ones. */
const files: Readonly<Record<string, readonly [fault: string | undefined, ...parts: Uint8Array[]]>> = {
  "a PNG": [undefined, gray],
  "a PNG with a little behind its end": [undefined, gray, new Uint8Array(50)],
  "a PNG with much behind its end": [undefined, gray, noise],
  "a PNG of one chunk more": [undefined, png({ width: 1, height: 1 }, Uint8Array.of(0, 1), ["tEXt", noise])],
  "a PNG without its last byte": ["truncated", gray.slice(0, -1)],
  "a PNG without its end": ["truncated", gray.slice(0, -12)],
  "a PNG that ends in its header": ["truncated", gray.slice(0, 20)],
  "a PNG that ends in its data, and something else behind": ["truncated", gray.slice(0, -20), noise],
  "a PNG of no size": ["an image of no size", png({ width: 0, height: 2 }, new Uint8Array(2))],
  "a PNG of too many pixels": [
    "100000 × 100000 pixels, and the limit is 67108864 (8192 × 8192); make it smaller",
    png({ width: 1e5, height: 1e5 }, new Uint8Array(2)),
  ],
  "a PNG of no known form": [
    "PNG has no color type 2 of 4 bits",
    png({ width: 1, height: 1, color: 2, depth: 4 }, noise),
  ],
  "a PNG whose header is damaged": [
    "CRC mismatch in the chunk IHDR",
    gray.map((byte, i) => i === 19 ? byte ^ 1 : byte),
  ],
  "a PNG whose palette is not there": [
    "its pixels are a palette's, and it has no palette",
    png({ width: 1, height: 1, color: 3 }, new Uint8Array(2)),
  ],
  "a JPEG": [undefined, jpeg("RGB 4:2:0")],
  "a JPEG whose comment looks like its end": [undefined, jpeg("L with a comment that looks like the end")],
  "a JPEG with a little behind its end": [undefined, jpeg("L 4:4:4"), new Uint8Array(50)],
  "a JPEG with much behind its end": [undefined, jpeg("L 4:4:4"), new Uint8Array(2e5)],
  "a JPEG without its last byte": ["truncated", jpeg("L 4:4:4").slice(0, -1)],
  "a JPEG without its end": ["truncated", jpeg("L 4:4:4").slice(0, -2)],
  "a JPEG that ends behind its comment": ["truncated", jpeg("L with a comment that looks like the end").slice(0, 40)],
  "a JPEG without its end, and something else behind": ["truncated", jpeg("L 4:4:4").slice(0, -2), new Uint8Array(2e5)],
  "a JPEG of no image": ["it has no image", Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)],
  "a JPEG whose header is damaged": ["its header is damaged", jpeg("L 4:4:4").fill(0, 20, 30)],
  "nothing": ["empty"],
  "DICOM": ["a DICOM file", new Uint8Array(128), new TextEncoder().encode("DICM"), new Uint8Array(9)],
  "something else": ["neither PNG nor JPEG", Uint8Array.of(1, 2, 3)],
};

/** What the decoder says at more length. */
const shortened: ReadonlySet<string> = new Set(["truncated", "empty", "a DICOM file", "neither PNG nor JPEG"]);

Deno.test("imageFault: what header and end tell, and the decoder says the same", needs("read", "write"), async () => {
  const path = await Deno.makeTempFile();
  try {
    for (const [name, [fault, ...parts]] of Object.entries(files)) {
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
      await Deno.writeFile(path, bytes);
      assertEquals(imageFault(path), fault, name);
      const refusal = refusalOf(bytes);
      assertEquals(refusal === undefined, fault === undefined, name);
      if (fault && !shortened.has(fault)) assertEquals(refusal, `film cannot be decoded (${fault})`, name);
    }
  } finally {
    await Deno.remove(path);
  }
  assertEquals(imageFault(path), "not there");
  assertEquals(imageFault("."), "not a regular file");
});

/** What the decoder says against a file, if anything. */
function refusalOf(bytes: Uint8Array): string | undefined {
  try {
    decodeImage(bytes, "film");
  } catch (error) {
    return (error as Error).message;
  }
}
