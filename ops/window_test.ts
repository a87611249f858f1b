import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { paddedShape, type Pair, place, type Placement } from "./window.ts";

/** How a window over [H, W] is given to TensorFlow. */
function placement(
  [height, width]: Pair,
  kernel: Pair,
  { stride = [1, 1], padding: [down, across] = [0, 0], dilation = [1, 1] }: Partial<
    Record<"stride" | "padding" | "dilation", Pair>
  >,
): Placement {
  return place(tf.backend_util.computeConv2DInfo(
    [1, height, width, 1],
    [...kernel, 1, 1],
    [...stride],
    [...dilation],
    [[0, 0], [down, down], [across, across], [0, 0]],
    "floor",
  ));
}

const pads = (rows: Pair, columns: Pair): Placement => ({ padding: "VALID", pads: [[0, 0], rows, columns, [0, 0]] });

Deno.test("place: half a window of padding at stride 1 is SAME, none is VALID", () => {
  assertEquals(placement([7, 6], [3, 5], { padding: [1, 2] }), { padding: "SAME" });
  assertEquals(placement([7, 6], [3, 3], { padding: [2, 2], dilation: [2, 2] }), { padding: "SAME" });
  assertEquals(placement([7, 6], [3, 5], {}), { padding: "VALID" });
  assertEquals(placement([7, 6], [1, 1], {}), { padding: "VALID" });
});

Deno.test("place: other padding is added first, after the image only as far as the last window reaches", () => {
  assertEquals(placement([7, 7], [3, 3], { stride: [2, 2], padding: [1, 1] }), pads([1, 1], [1, 1]));
  assertEquals(placement([8, 8], [3, 3], { stride: [2, 2], padding: [1, 1] }), pads([1, 0], [1, 0]));
  assertEquals(placement([7, 6], [2, 2], { padding: [1, 0] }), pads([1, 1], [0, 0]));
  assertEquals(placement([7, 6], [1, 3], { padding: [2, 1] }), pads([2, 2], [1, 1]));
  assertEquals(placement([8, 6], [3, 3], { stride: [3, 3] }), { padding: "VALID" });
});

Deno.test("paddedShape: both sides of every axis", () => {
  assertEquals(paddedShape([2, 5, 6, 3], [[0, 0], [1, 2], [3, 0], [0, 0]]), [2, 8, 9, 3]);
});
