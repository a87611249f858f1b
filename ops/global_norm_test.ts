import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { globalNorm } from "./global_norm.ts";
import { assertTensor, eachWay, opsOf, waves } from "./testing.ts";

eachWay("globalNorm: of all elements of all tensors, whatever their shapes", async (run) => {
  const norm = await run(
    (...tensors: tf.Tensor[]) => globalNorm(tensors),
    tf.tensor2d([[1, -2], [0, 4]]),
    tf.scalar(-2),
    tf.tensor1d([]),
    tf.zeros([1, 2, 1]),
  );
  assertTensor(norm, [], [5], 1e-6);
  const x = waves([7, 11, 13]);
  assertTensor(await run((x) => globalNorm([x]), x), [], [Math.hypot(...x.dataSync())], 1e-5);
});

eachWay("globalNorm: what is not finite stays so", async (run) => {
  const norms = await run(
    (...tensors: tf.Tensor[]) => tf.stack(tensors.map((x) => tf.cast(tf.isFinite(globalNorm([x])), "float32"))),
    tf.tensor1d([1, NaN]),
    tf.tensor1d([-Infinity, 2]),
    tf.tensor1d([1e30, 1]), // its square overflows
    tf.tensor1d([3, 4]),
  );
  assertTensor(norms, [4], [0, 0, 0, 1], 0);
});

Deno.test("globalNorm: of a large matrix product, which is not made", needs("read", "ffi", "env", "run"), async () => {
  await useEngine();
  tf.engine().startScope();
  const a = waves<tf.Rank.R2>([3, 1024]), b = waves<tf.Rank.R2>([3, 1100], 0.5), other = tf.tensor1d([30, 40]);
  const fn = (a: tf.Tensor2D, b: tf.Tensor2D, other: tf.Tensor) => globalNorm([tf.matMul(a, b, true), other]);
  const expected = Math.sqrt(tf.sum(tf.square(tf.matMul(a, b, true))).dataSync()[0] + 2500);
  const norm = (await jit(fn)(a, b, other)).dataSync()[0];
  assertAlmostEquals(norm / expected, 1, 1e-6);
  assertAlmostEquals(fn(a, b, other).dataSync()[0] / expected, 1, 1e-6);
  tf.engine().endScope();
});

Deno.test(
  "globalNorm: of a product of few rows two small matrices are multiplied in place of the large one",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    tf.engine().startScope();
    const counts = async (rows: number, columns: number) => {
      const a = waves<tf.Rank.R2>([rows, columns]), b = waves<tf.Rank.R2>([rows, 1024]);
      const ops = await opsOf((a, b) => globalNorm([tf.matMul(a, b, true)]), a, b);
      return ["MatMul", "BatchMatMulV2", "L2Loss"].map((name) => ops.filter((op) => op === name).length);
    };
    assertEquals(await counts(256, 1024), [1, 2, 0]); // what runs leaves out the first: nothing needs it
    assertEquals(await counts(257, 1024), [1, 0, 1]);
    assertEquals(await counts(3, 1023), [1, 0, 1]);
    tf.engine().endScope();
  },
);
