import { encode } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { imageFault } from "./image_ends.ts";

Deno.test("imageFault: what the first and last bytes of an image file tell", needs("read", "write"), async () => {
  const png = encode({ width: 3, height: 2, channels: 1, depth: 8, data: new Uint8Array(6) });
  const jpeg = encodeJpeg({ width: 8, height: 8, data: new Uint8Array(256) }, 90).data;
  const sizeless = png.slice();
  sizeless.fill(0, 16, 20);
  const path = await Deno.makeTempFile();
  try {
    const faultOf = async (...parts: Uint8Array[]) => {
      await Deno.writeFile(path, Uint8Array.from(parts.flatMap((part) => [...part])));
      return imageFault(path);
    };
    assertEquals(await faultOf(png), undefined);
    assertEquals(await faultOf(jpeg), undefined);
    assertEquals(await faultOf(jpeg, new Uint8Array(50)), undefined, "a little after the end is no fault");
    assertEquals(await faultOf(png.slice(0, -1)), "truncated");
    assertEquals(await faultOf(png.slice(0, 20)), "truncated");
    assertEquals(await faultOf(jpeg.slice(0, -2)), "truncated");
    assertEquals(await faultOf(sizeless), "an image of no size");
    assertEquals(await faultOf(), "empty");
    assertEquals(await faultOf(Uint8Array.of(1, 2, 3)), "neither PNG nor JPEG");
  } finally {
    await Deno.remove(path);
  }
  assertEquals(imageFault(path), "not there");
});
