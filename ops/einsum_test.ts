import * as tf from "@tensorflow/tfjs-core";
import { assertThrows } from "@std/assert";
import { einsumGradient } from "./einsum.ts";
import { assertTensor, eachWay, waves, withGradients } from "./testing.ts";

if (!tf.getGradient("Einsum")) tf.registerGradient(einsumGradient); // also where no engine opens

eachWay("einsum: products and sums, of one tensor and of two, with gradients", async (run, way) => {
  const x = waves([2, 3]), y = waves([3, 4], 1), batch = waves([5, 2, 3], 2);
  const same = async (equation: string, composed: (...xs: tf.Tensor[]) => tf.Tensor, ...xs: tf.Tensor[]) => {
    const expected = withGradients(composed)(...xs);
    const actual = await run(withGradients((...given) => tf.einsum(equation, ...given)), ...xs);
    actual.forEach((tensor, i) => assertTensor(tensor, expected[i].shape, expected[i].dataSync(), 5e-6));
  };
  await same("ij,jk->ik", (a, b) => tf.matMul(a, b), x, y);
  await same("bij,jk->bik", (a, b) => tf.reshape(tf.matMul(tf.reshape(a, [10, 3]), b), [5, 2, 4]), batch, y);
  await same("ij->ji", (a) => tf.transpose(a), x);
  await same("ij->j", (a) => tf.sum(a, 0), x);
  await same("ij,ij->", (a, b) => tf.sum(tf.mul(a, b)), x, tf.cos(x));
  await same("ij->", (a) => tf.sum(a), x);
  if (way === "cpu") return; // tfjs's own takes no axis that is summed of one tensor of two
  await same("ij,k->ik", (a, b) => tf.mul(tf.sum(a, 1, true), b), x, tf.ones([4]));
});

Deno.test("einsum: an axis named twice has no gradient, and the message says so", () => {
  assertThrows(
    () => einsumGradient.gradFunc(tf.scalar(1), [waves([2, 2])], { equation: "ii->" }),
    Error,
    'einsum: there is no gradient of "ii->": "ii" names an axis twice, or by dots',
  );
});
