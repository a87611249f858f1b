import * as tf from "@tensorflow/tfjs-core";
import { assertTensor, eachWay } from "./testing.ts";

eachWay("image.rotateWithOffset: a quarter turn, about several centers", async (run) => {
  const square = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const turned = (center: number | [number, number]) =>
    run((x) => tf.image.rotateWithOffset(x as tf.Tensor4D, Math.PI / 2, -1, center), square);
  assertTensor(await turned(1 / 3), [1, 3, 3, 1], [3, 6, 9, 2, 5, 8, 1, 4, 7], 0);
  assertTensor(await turned(0.5), [1, 3, 3, 1], [-1, -1, -1, 3, 6, 9, 2, 5, 8], 0);
  assertTensor(await turned(0), [1, 3, 3, 1], [1, 4, 7, -1, -1, -1, -1, -1, -1], 0);
});

eachWay(
  "image.rotateWithOffset: a color fills, and the fourth channel is opaque",
  async (run) => {
    const row = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
    const turned = await run((x) => tf.image.rotateWithOffset(x as tf.Tensor4D, Math.PI, [10, 20, 30], 0), row);
    assertTensor(turned, [1, 1, 2, 4], [1, 2, 3, 4, 10, 20, 30, 255], 0);
  },
);

eachWay(
  "image.transform: moved by half a pixel into a larger image, by each interpolation and filling",
  async (run) => {
    const image = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]), half = tf.tensor2d([[1, 0, 0.5, 0, 1, 0, 0, 0]]);
    const moved = (how: "nearest" | "bilinear", fill: "constant" | "nearest" | "reflect" | "wrap") =>
      run((x, t) => tf.image.transform(x as tf.Tensor4D, t as tf.Tensor2D, how, fill, -5, [3, 4]), image, half);
    const shape = [1, 3, 4, 1];
    assertTensor(await moved("nearest", "constant"), shape, [2, 3, -5, -5, 5, 6, -5, -5, -5, -5, -5, -5]);
    assertTensor(await moved("bilinear", "constant"), shape, [1.5, 2.5, -1, -5, 4.5, 5.5, 0.5, -5, -5, -5, -5, -5]);
    assertTensor(await moved("bilinear", "nearest"), shape, [1.5, 2.5, 3, 3, 4.5, 5.5, 6, 6, 4.5, 5.5, 6, 6]);
    assertTensor(await moved("bilinear", "reflect"), shape, [1.5, 2.5, 3, 2.5, 4.5, 5.5, 6, 5.5, 4.5, 5.5, 6, 5.5]);
    assertTensor(await moved("bilinear", "wrap"), shape, [1.5, 2.5, 1, 1.5, 4.5, 5.5, 4, 4.5, 1.5, 2.5, 1, 1.5]);
  },
);
