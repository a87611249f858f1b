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
