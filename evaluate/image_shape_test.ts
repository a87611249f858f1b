import { assertEquals, assertThrows } from "@std/assert";
import { imageShape } from "./image_shape.ts";

Deno.test("imageShape: height, width and channels; a vector is not an image", () => {
  assertEquals(imageShape({ input: [32, 24, 3] }), [32, 24, 3]);
  assertThrows(
    () => imageShape({ input: [15] }),
    TypeError,
    "the model takes [15], which is not the shape of an image",
  );
});
