import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { convolution, type ConvolutionOptions } from "../ops/convolution.ts";
import { winograd } from "../ops/winograd.ts";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { type Allocation, peakOf, readAllocations } from "./allocations.ts";
import { openSession } from "./session.ts";

Deno.test("peakOf: the most that is held at once, and what that is", () => {
  const run = { node: "", kernel: "", device: "", ms: 0 };
  const allocation = (bytes: number, from: number, until: number): Allocation => ({ run, bytes, from, until });
  const [first, second, third, last] = [
    allocation(4, 0, 5),
    allocation(3, 1, 2),
    allocation(9, 2, Infinity), // takes what the second gives back
    allocation(8, 5, 6),
  ];
  assertEquals(peakOf([first, second, third, last]), { bytes: 17, held: [third, last] });
});

const layers = 24;
const options: ConvolutionOptions = { stride: [1, 1], padding: [0, 1], dilation: [1, 1], groups: 1 };

for (
  const [name, layer, side, shape] of [
    ["Winograd's", winograd, [3, 3], [2, 28, 28, 32]],
    ["padded", (x: Tensor4D, kernel: Tensor4D) => convolution(x, kernel, options), [1, 2], [2, 7, 112, 32]],
  ] as const
) {
  const activation = 4 * tf.util.sizeFromShape([...shape]);
  Deno.test(
    `a row of ${name} convolutions holds its activations and little else for the backward pass`,
    needs("read", "ffi", "env", "run"),
    async () => {
      await useEngine();
      tf.engine().startScope();
      const x = tf.ones([...shape]);
      const kernels = Array.from({ length: layers }, () => tf.randomNormal([...side, 32, 32], 0, 0.1));
      const gradients = jit(function rowGradients(x: tf.Tensor, kernels: tf.Tensor[]) {
        const row = (x: tf.Tensor, ...kernels: tf.Tensor[]) =>
          tf.sum<tf.Scalar>(kernels.reduce((x, kernel) => tf.relu(layer(x as Tensor4D, kernel as Tensor4D)), x));
        return tf.grads(row)([x, ...kernels]);
      });
      await gradients(x, kernels);
      using session = await openSession("rowGradients", [x, kernels]);
      session.run(); // lays out the kernels
      const { bytes } = peakOf(readAllocations(session.run()));
      assert(bytes > layers * activation, `${bytes} is less than the activations`);
      assert(bytes < 2 * layers * activation, `${bytes / activation} activations are held`);
      tf.engine().endScope();
    },
  );
}
