import "../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { referenceWeights } from "../tests/parity/formula.ts";
import { buildModel } from "./registry.ts";

/** How many batch norms are left: DenseNet's that stand before a convolution. */
const left: Readonly<Record<string, number>> = { densenet121: 62, mobilenet_v3_small: 0, efficientnet_b0: 0 };

for (const [name, norms] of Object.entries(left)) {
  Deno.test(`${name}: the same outputs for inference, with ${norms} batch norms left`, () => {
    tf.tidy(() => {
      const model = compile(buildModel(name, { numClasses: 15 }), { input: [32, 32, 1] });
      const weights = referenceWeights(model, name), image = tf.ones([1, 32, 32, 1]);
      const { output } = model.apply(weights, image, { training: false });
      const inference = model.forInference(weights);
      assertEquals(Object.keys(inference.weights).filter((path) => path.endsWith("/variance")).length, norms);
      const difference = tf.sub<tf.Tensor>(inference.apply(inference.weights, image), output);
      const error = tf.div(tf.max(tf.abs(difference)), tf.max(tf.abs(output))).dataSync()[0];
      assert(error < 1e-4, `off by ${error}`);
    });
  });
}
