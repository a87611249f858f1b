import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Binary cross-entropy of sigmoids from logits, averaged over the classes: `[N, C]` and 0/1 targets `[N, C]` → `[N]`. As
 * max(z, 0) − z·t + log(1 + exp(−|z|)), which no logit overflows; its mean over the batch is PyTorch's `BCEWithLogitsLoss`.
 */
export function bceWithLogits(logits: Tensor, targets: Tensor): Tensor1D {
  const losses = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  return tf.mean(losses, -1);
}

/**
 * The same loss in float64, of `perBatch` logits at a time: the mean of the batches' means. From logits, so that a certain
 * mistake costs what its logit is off by, as in training and validation.
 */
export function crossEntropy(logits: Float32Array | Float64Array, targets: Uint8Array, perBatch: number): number {
  const losses = Float64Array.from(logits, (logit, i) => {
    return Math.max(logit, 0) - logit * targets[i] + Math.log1p(Math.exp(-Math.abs(logit)));
  });
  const batches = Math.ceil(losses.length / perBatch);
  let sum = 0;
  for (let batch = 0; batch < batches; batch++) {
    const part = losses.subarray(batch * perBatch, (batch + 1) * perBatch);
    sum += part.reduce((total, loss) => total + loss, 0) / part.length;
  }
  return sum / batches;
}
