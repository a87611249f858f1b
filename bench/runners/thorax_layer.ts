/** The convolution of jax_js.ts, forward and backward, compiled by Thorax. */
import * as tf from "@tensorflow/tfjs-core";
import { conv } from "../../dsl/layers/conv.ts";
import { compile } from "../../dsl/compile/compile.ts";
import { jit } from "../../runtime/jit.ts";
import { openEngine } from "../../runtime/open.ts";
import type { Job } from "../job.ts";
import { layer, layerKernel, layerValues } from "../layer.ts";
import { serve } from "./serve.ts";

await serve<Job>(async ({ batchSize }) => {
  tf.env().set("PROD", true); // no banner
  const { version } = await openEngine({ device: "cpu" });
  const { channels, size, kernel } = layer;
  const spec = conv(channels, kernel, { padding: (kernel - 1) / 2, bias: false });
  const model = compile(spec, { input: [size, size, channels] });
  const x = tf.tensor4d(layerValues(batchSize, "channelsLast"), [batchSize, size, size, channels]);
  const w = tf.tensor4d(layerKernel("channelsLast"), [kernel, kernel, channels, channels]);
  const gradients = jit(function layerGradients(x: tf.Tensor4D, w: tf.Tensor4D) {
    const { value, grads } = tf.valueAndGrads((x, w) =>
      tf.mean<tf.Scalar>(tf.square(model.apply({ kernel: w }, x, { training: true }).output))
    )([x, w]);
    return { value, grads };
  });
  const step = async () => {
    const start = performance.now();
    const result = await gradients(x, w);
    const [loss] = result.value.dataSync();
    for (const gradient of result.grads) gradient.dataSync(); // jax-js's are read too
    const ms = performance.now() - start;
    tf.dispose([result.value, ...result.grads]);
    return { ms, loss };
  };
  return { step, builds: { deno: Deno.version.deno, libtensorflow: version } };
});
