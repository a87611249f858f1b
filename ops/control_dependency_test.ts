import * as tf from "@tensorflow/tfjs-core";
import { assertRejects } from "@std/assert";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { withControlDependency } from "./control_dependency.ts";
import { assertTensor, eachWay, waves, withGradients } from "./testing.ts";

eachWay("withControlDependency: the tensor itself, and its gradient", async (run) => {
  const x = waves([2, 3]), dependency = waves([4]);
  const [y, dx, dDependency] = await run(
    withGradients((x, dependency) => tf.add(tf.square(withControlDependency(x, dependency)), tf.sum(dependency))),
    x,
    dependency,
  );
  assertTensor(y, [2, 3], tf.add(tf.square(x), tf.sum(dependency)).dataSync());
  assertTensor(dx, [2, 3], tf.mul(tf.mul(x, 2), waves([2, 3], 0.5)).dataSync());
  assertTensor(dDependency, [4], tf.fill([4], waves([2, 3], 0.5).sum().dataSync()[0]).dataSync());
});

Deno.test(
  "withControlDependency: in a trace the dependency runs first, though no value uses it",
  needs("read", "ffi", "env", "run", "processor"),
  async () => {
    await useEngine();
    tf.engine().startScope();
    const waits = jit((x: tf.Tensor, row: tf.Tensor1D) => withControlDependency(x, tf.gather(x, row)));
    const x = tf.tensor1d([1, 2]);
    assertTensor(await waits(x, tf.tensor1d([0], "int32")), [2], [1, 2], 0);
    await assertRejects(() => waits(x, tf.tensor1d([7], "int32")), Error, "= 7 is not in [0, 2)");
    tf.engine().endScope();
  },
);
