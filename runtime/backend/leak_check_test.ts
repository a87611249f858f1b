import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertThrows } from "@std/assert";
import { nativeBackendName } from "../../ops/native.ts";
import type { ThoraxBackend } from "./backend.ts";
import { jit } from "../jit.ts";
import { engineTest } from "../testing.ts";

/** Runs with tfjs's leak check, as its own specs and users' specs do. */
async function checked(body: () => unknown): Promise<void> {
  tf.env().set("IS_TEST", true);
  try {
    await body();
  } finally {
    tf.env().set("IS_TEST", false);
  }
}

engineTest("IS_TEST: a gradient that saves a product and returns it in another shape has leaked nothing", async () => {
  const kernel = tf.variable(tf.ones([3, 2])), x = tf.ones<tf.Rank.R2>([4, 3]);
  const product = () => tf.sum(tf.fused.matMul({ a: x, b: kernel as tf.Tensor as tf.Tensor2D })) as tf.Scalar;
  await checked(async () => {
    const { grads, value } = tf.variableGrads(product);
    assertEquals([...grads[kernel.name].dataSync()], [4, 4, 4, 4, 4, 4]);
    tf.dispose([grads, value]);
    const traced = await jit(() => tf.variableGrads(product).grads[kernel.name])();
    assertEquals([...traced.dataSync()], [4, 4, 4, 4, 4, 4]);
  });
});

engineTest("IS_TEST: what a kernel leaves behind is still found, views included", async () => {
  const kernelName = "Leaky", left: tf.Tensor[] = [];
  const leak = (make: (x: tf.Tensor) => tf.Tensor) => {
    tf.registerKernel({
      kernelName,
      backendName: nativeBackendName,
      kernelFunc({ inputs: { x } }) {
        left.push(tf.keep(make(x as tf.Tensor)));
        return (tf.backend() as ThoraxBackend).executeSingleOutput("Neg", [], [x as tf.Tensor]);
      },
    });
    try {
      tf.engine().runKernel(kernelName, { x: tf.ones([4]) });
    } finally {
      tf.unregisterKernel(kernelName, nativeBackendName);
    }
  };
  await checked(() => {
    const message = "has an internal memory leak (1 data ids) after running 'Leaky'";
    assertThrows(() => leak((x) => tf.add(x, 1)), Error, message);
    assertThrows(() => leak((x) => tf.tidy(() => tf.reshape(tf.add(x, 1), [2, 2]))), Error, message);
    leak((x) => tf.reshape(x, [2, 2])); // no memory of its own
  });
  tf.dispose(left);
});
