import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { filmsFolder, needs } from "../tests/needs.ts";
import { readImage } from "./preprocess.ts";

Deno.test(
  "readImage: a colour JPEG that is not square, as Pillow's L, BILINEAR, (x/255 − 0.5)/0.5",
  needs("read", "films"),
  async () => {
    const image = await readImage(new URL("other/16747_3_1.jpg", filmsFolder).pathname, { imageSize: 8 });
    assertEquals(image.length, 64);
    const pillow = [130, 160, 160, 178, 164, 165, 180, 159, 200, 181, 125, 174, 155, 121, 191, 204];
    for (const [i, value] of pillow.entries()) assertAlmostEquals(image[i], (value / 255 - 0.5) / 0.5, 2.1 / 255);
  },
);

Deno.test("readImage: no such file is one line", needs("read"), async () => {
  const error = await assertRejects(() => readImage("no/such.png", { imageSize: 8 }), UserError);
  assertEquals(error.message, "no/such.png cannot be read (there is no such file)");
});
