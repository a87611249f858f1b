import * as tf from "@tensorflow/tfjs-core";
import { assertRejects } from "@std/assert";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { after } from "./after.ts";
import { assertTensor, eachWay, waves, withGradients } from "./testing.ts";

eachWay("after: the tensor itself, and its gradient", async (run) => {
  const x = waves([2, 3]), gate = waves([4]);
  const [y, dx, dGate] = await run(
    withGradients((x, gate) => tf.add(tf.square(after(x, gate)), tf.sum(gate))),
    x,
    gate,
  );
  assertTensor(y, [2, 3], tf.add(tf.square(x), tf.sum(gate)).dataSync());
  assertTensor(dx, [2, 3], tf.mul(tf.mul(x, 2), waves([2, 3], 0.5)).dataSync());
  assertTensor(dGate, [4], tf.fill([4], waves([2, 3], 0.5).sum().dataSync()[0]).dataSync());
});

Deno.test(
  "after: in a trace the gate runs first, though no value depends on it",
  needs("read", "ffi", "env", "run", "processor"),
  async () => {
    await useEngine();
    tf.engine().startScope();
    const gated = jit((x: tf.Tensor, row: tf.Tensor1D) => after(x, tf.gather(x, row)));
    const x = tf.tensor1d([1, 2]);
    assertTensor(await gated(x, tf.tensor1d([0], "int32")), [2], [1, 2], 0);
    await assertRejects(() => gated(x, tf.tensor1d([7], "int32")), Error, "= 7 is not in [0, 2)");
    tf.engine().endScope();
  },
);
