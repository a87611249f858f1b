import { assert, assertEquals, assertThrows } from "@std/assert";
import ycck from "../golden/ycck.json" with { type: "json" };
import { needs } from "../../tests/needs.ts";
import { decodeJpeg } from "./jpeg.ts";
import { keepComponents } from "./jpeg_components.ts";
import { jpeg } from "./testing.ts";

Deno.test("keepComponents: YCCK, each component sampled as it comes, is what Pillow makes of it", needs("read"), () => {
  const { width, height, pixels } = decodeJpeg(Uint8Array.fromBase64(ycck.file));
  assertEquals([width, height], [ycck.width, ycck.height]);
  assertEquals([...pixels], [...Uint8Array.fromBase64(ycck.gray)]);
});

Deno.test("keepComponents: three components in another order are three grays that change places", needs("read"), () => {
  const file = jpeg("RGB kept");
  const [inOrder, turned] = [[0, 1, 2], [2, 0, 1]].map((kept) => keepComponents(file, kept, 0));
  assertEquals(decodeJpeg(inOrder), decodeJpeg(file));
  const back = keepComponents(turned, [1, 2, 0], 0);
  assertEquals([...back], [...inOrder]);
  assert(decodeJpeg(turned).pixels.some((value, i) => value !== decodeJpeg(file).pixels[i]));
});

Deno.test("keepComponents: damage is an error", () => {
  const file = jpeg("CMYK 4:2:0"), cut = Uint8Array.of(...file.subarray(0, -40), 0xff, 0xd9);
  for (const broken of [cut, file.slice(0, -2), file.slice(0, 200), file.slice(0, 2)]) {
    const error = assertThrows(() => keepComponents(broken, [0, 1, 2], 0), Error);
    assertEquals(error.message, "its image data are damaged");
  }
});
