import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createPart, type PartKind } from "../parts.ts";
import type { LossFunctions } from "./loss.ts";

/** The loss {@linkcode bceWithLogits}. */
export interface BceWithLogits {
  /** The name of its kind. */
  readonly type: "bceWithLogits";
}

/**
 * Binary cross-entropy of sigmoids from logits, averaged over the classes and the batch, as PyTorch's `BCEWithLogitsLoss`.
 * The document's loss.
 *
 * @example
 * ```ts
 * import { bceWithLogits } from "@thorax/thorax";
 * console.assert(JSON.stringify(bceWithLogits()) === '{"type":"bceWithLogits"}');
 * ```
 */
export function bceWithLogits(): BceWithLogits {
  return createPart("bceWithLogits", bceWithLogitsKind);
}

/** The table's row for {@linkcode bceWithLogits}. */
export const bceWithLogitsKind: PartKind<BceWithLogits, LossFunctions> = {
  fields: {},
  functions: () => ({
    perExample: sigmoidCrossEntropy,
    ofLogit: (logit, target) => Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit))),
  }),
};

/**
 * Binary cross-entropy of sigmoids from logits, averaged over the classes: `[N, C]` and targets `[N, C]` of 0 and 1 → `[N]`.
 * Computed as max(z, 0) − z·t + log(1 + exp(−|z|)), which no logit overflows.
 */
export function sigmoidCrossEntropy(logits: Tensor, targets: Tensor): Tensor1D {
  const losses = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  return tf.mean(losses, -1);
}
