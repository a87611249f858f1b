import * as tf from "@tensorflow/tfjs-core";
import { type Loss, lossFunctions } from "./losses.ts";

/**
 * The loss of predictions that are on the host, row-major `[n, classes]`: the mean of the means of batches of `batchSize`, as
 * validation computes it. In float64, from logits, so that a certain mistake costs what its logit is off by; a loss without
 * `ofLogit` is computed on the backend in use.
 */
export function meanLoss(
  loss: Loss,
  logits: Float32Array | Float64Array,
  targets: Uint8Array,
  { batchSize, classes }: { readonly batchSize: number; readonly classes: number },
): number {
  const { ofLogit, perExample } = lossFunctions(loss), perBatch = batchSize * classes;
  const batches = Math.ceil(logits.length / perBatch);
  let sum = 0;
  for (let batch = 0; batch < batches; batch++) {
    const z = Float64Array.from(logits.subarray(batch * perBatch, (batch + 1) * perBatch));
    const t = targets.subarray(batch * perBatch, (batch + 1) * perBatch);
    if (ofLogit) {
      sum += z.reduce((total, logit, i) => total + ofLogit(logit, t[i]), 0) / z.length;
      continue;
    }
    sum += tf.tidy(() => {
      const [rows, labels] = [z, t].map((values) => tf.tensor2d([...values], [z.length / classes, classes], "float32"));
      return tf.mean(perExample(rows, labels)).dataSync()[0];
    });
  }
  return sum / batches;
}
