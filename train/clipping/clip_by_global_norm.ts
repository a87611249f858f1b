import type { Scalar } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createPart, partFields, type PartKind } from "../parts.ts";
import type { ClippingFunctions } from "./clip.ts";

/** The clipping {@linkcode clipByGlobalNorm}. */
export interface ClipByGlobalNorm {
  /** The name of its kind. */
  readonly type: "clipByGlobalNorm";
  /** The norm to which gradients are clipped at first. */
  readonly maxNorm: number;
  /** How many epochs it stays so. */
  readonly constantEpochs: number;
  /** How much is added in each epoch from then on. */
  readonly increase: number;
  /** The greatest it becomes. */
  readonly limit: number;
}

/**
 * Clips gradients by their global norm, as PyTorch's `clip_grad_norm_`: all are multiplied by min(1, max / (norm + 1e-6)). The
 * default is the document's: max is 1 in the first eleven epochs, then 0.1 more in each, up to 5. With `increase: 0` it stays.
 *
 * @throws {UserError} one line that names a wrong field
 */
export function clipByGlobalNorm(options: Partial<Omit<ClipByGlobalNorm, "type">> = {}): ClipByGlobalNorm {
  return createPart("clipByGlobalNorm", clipByGlobalNormKind, options);
}

const { positive, nonNegative, whole } = partFields;

/** The table's row for {@linkcode clipByGlobalNorm}. */
export const clipByGlobalNormKind: PartKind<ClipByGlobalNorm, ClippingFunctions> = {
  fields: { maxNorm: positive(1), constantEpochs: whole(11), increase: nonNegative(0.1), limit: positive(5) },
  functions: (clip) => ({
    scalars: ({ epoch }) => ({ maxNorm: thresholdOf(clip, epoch) }),
    scale: (norm, { maxNorm }) => tf.minimum<Scalar>(1, tf.div(maxNorm, tf.add(norm, 1e-6))),
  }),
};

function thresholdOf({ maxNorm, constantEpochs, increase, limit }: ClipByGlobalNorm, epoch: number): number {
  return Math.min(maxNorm + increase * Math.max(0, epoch - constantEpochs), Math.max(limit, maxNorm));
}
