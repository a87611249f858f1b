import { assert, assertEquals, assertThrows } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { decodeJpeg } from "./jpeg.ts";
import { jpeg } from "./testing.ts";

const message = (file: Uint8Array) => assertThrows(() => decodeJpeg(file), Error).message;
const damaged = "its image data are damaged", early = "the file ends early";

/** Where the last scan's segment begins, and where its data do. */
function lastScan(file: Uint8Array): { at: number; data: number } {
  const at = file.findLastIndex((byte, i) => byte === 0xff && file[i + 1] === 0xda);
  return { at, data: at + 2 + (file[at + 2] << 8 | file[at + 3]) };
}

/** A file with other bytes from `at` on. */
function changed(file: Uint8Array, at: number, ...bytes: number[]): Uint8Array {
  const copy = file.slice();
  copy.set(bytes, at);
  return copy;
}

Deno.test("decodeJpeg: a file that is cut is an error, wherever the cut is", needs("read"), () => {
  for (const name of ["L 4:4:4", "RGB 4:2:0", "RGB 4:2:0 progressive"]) {
    const file = jpeg(name), { data } = lastScan(file);
    for (const length of [3, 20, 21, 100, data, data + 8, file.length - 2, file.length - 1]) {
      assertEquals(message(file.slice(0, length)), early, `${name}, ${length} of ${file.length}`);
    }
    const cut = Uint8Array.of(...file.subarray(0, data + 8), 0xff, 0xd9); // the end stands there, the image does not
    assertEquals(message(cut), damaged, name);
  }
});

Deno.test("decodeJpeg: damage in the middle is an error, as far as the format shows it", needs("read"), () => {
  for (const name of ["L 4:4:4", "1", "RGB kept", "RGB of full quality"]) {
    const file = jpeg(name), { data } = lastScan(file), middle = (data + file.length) >> 1;
    const zeros = changed(file, middle - 12, ...new Uint8Array(24));
    const hole = Uint8Array.of(...file.subarray(0, middle - 12), ...file.subarray(middle + 12));
    for (const broken of [zeros, hole]) assertEquals(message(broken), damaged, name);
  }
  const restarts = jpeg("RGB with a restart in every block");
  const first = restarts.findIndex((byte, i) => byte === 0xff && restarts[i + 1] === 0xd0);
  assertEquals(message(changed(restarts, first + 1, 0xd5)), damaged, "a restart that is not the next");
});

Deno.test("decodeJpeg: after an error the next film is right", needs("read"), () => {
  const file = jpeg("RGB 4:2:0"), right = decodeJpeg(file), broken = file.slice(0, -30);
  for (let i = 0; i < 200; i++) message(Uint8Array.of(...broken, 0xff, 0xd9));
  assertEquals(decodeJpeg(file), right);
});

Deno.test("decodeJpeg: bytes behind the end are no part of the image", needs("read"), () => {
  const file = jpeg("L 4:4:4");
  assertEquals(decodeJpeg(Uint8Array.of(...file, ...new Uint8Array(9000))), decodeJpeg(file));
  assertEquals(decodeJpeg(Uint8Array.of(...file, ...jpeg("RGB 4:2:0"))), decodeJpeg(file));
});

Deno.test("decodeJpeg: RGB is not taken for YCbCr, nor YCbCr for RGB", needs("read"), () => {
  const kept = decodeJpeg(jpeg("RGB kept")), converted = decodeJpeg(jpeg("RGB of full quality"));
  const off = (a: Uint8Array | Float32Array, b: Uint8Array | Float32Array) =>
    Math.max(...a.map((x, i) => Math.abs(x - b[i])));
  assert(off(kept.pixels, converted.pixels) < 12);
});

Deno.test("decodeJpeg: a header that cannot be read says why", needs("read"), () => {
  const file = jpeg("L 4:4:4"), frame = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
  const sized = (...bytes: number[]) => message(changed(file, frame + 5, ...bytes));
  assertEquals(sized(0, 0, 0, 21), "an image of no size");
  assertEquals(
    sized(0xff, 0xff, 0xff, 0xff),
    "65535 × 65535 pixels, and the limit is 67108864 (8192 × 8192); make it smaller",
  );
  assertEquals(message(changed(file, frame + 4, 12)), "a JPEG of 12 bits, and only those of 8 are read");
  assertEquals(
    message(changed(file, frame + 9, 2)),
    "a JPEG of 2 channels, and only those of 1, 3 and 4 are read",
  );
  assertEquals(message(changed(file, frame + 1, 0xc5)), "a JPEG of a kind that is not read (SOF5)"); // hierarchical
  assertEquals(message(changed(file, frame + 11, 0)), "its header is damaged", "sampled nowhere");
  assertEquals(message(changed(file, 20, 0)), "its header is damaged");
  assertEquals(message(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)), "it has no image");
});

Deno.test("decodeJpeg: a file of very many scans is refused before it costs their time", needs("read"), () => {
  const file = jpeg("L 4:4:4 progressive"), { at } = lastScan(file);
  const scan = [...file.subarray(at, -2)];
  const bomb = Uint8Array.from([...file.subarray(0, at), ...Array(600).fill(scan).flat(), 0xff, 0xd9]);
  assert(/^a JPEG of \d+ scans, and the limit is 500$/.test(message(bomb)));
});
