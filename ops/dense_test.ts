import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { dense } from "./dense.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { precisionOf, toBfloat16 } from "./precision.ts";
import { assertTensor, eachWay, waves } from "./testing.ts";

eachWay("dense: over the last axis, whatever the others", async (run) => {
  // PyTorch in float64: waves(2, 2, 3) @ waves(3, 2) + waves(2)
  const expected = golden.dense;
  const kernel = waves([3, 2]), bias = waves([2]);
  assertTensor(await run((x: tf.Tensor) => dense(x, kernel, bias), waves([2, 2, 3])), [2, 2, 2], expected);
  assertTensor(await run((x: tf.Tensor) => dense(x, kernel, bias), waves([4, 3])), [4, 2], expected);
  const bare = await run((x: tf.Tensor) => dense(x, kernel), waves([1, 1, 3]));
  assertTensor(bare, [1, 1, 2], [expected[0] - Math.sin(1), expected[1] - Math.sin(2)]);
});

Deno.test(
  "dense: in bfloat16 a few vectors by a large matrix stay float32, unless the matrix is frozen",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    tf.engine().startScope();
    const precision = (rows: number, kernel: tf.Tensor) =>
      precisionOf(dense(toBfloat16(waves([rows, kernel.shape[0]])), kernel));
    const large = waves([1024, 1024]), small = waves([1024, 1023]);
    assertEquals([precision(16, large), precision(1, large)], ["float32", "float32"]);
    assertEquals([precision(17, large), precision(16, small)], ["bfloat16", "bfloat16"]);

    const seen: string[] = [];
    for (const freeze of [false, true]) {
      using fn = jit((x: tf.Tensor) => {
        const y = dense(toBfloat16(x), large);
        seen.push(precisionOf(y));
        return tf.sum(y);
      }, { freeze });
      await fn(waves([16, 1024]));
    }
    assertEquals(seen, ["float32", "bfloat16"]);
    tf.engine().endScope();
  },
);
