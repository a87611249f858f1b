import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/stream/batches.ts";
import type { Inference, Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { sizeOf } from "../dsl/shape.ts";
import type { Precision } from "../ops/precision.ts";
import { jit } from "../runtime/jit.ts";
import { type Loss, lossFunctions } from "./losses/losses.ts";
import { documentRecipe } from "./recipe.ts";

/** The validation loss of weights on batches: the mean of the batches' means, as in the document. */
export type Validate = (
  weights: Weights,
  batches: AsyncIterable<Batch>,
  seen: (done: number) => unknown,
) => Promise<number>;

/** What is validated, and in what. */
export interface ValidationOptions {
  /** The document's loss by default. */
  readonly loss?: Loss;
  readonly precision?: Precision;
}

/**
 * Compiles the validation of a model. Batches are all of one size, the last one padded: one trace. The sum stays on the device.
 * `seen` is awaited after each batch.
 */
export function compileValidation(
  model: Model,
  { loss = documentRecipe.loss, precision }: ValidationOptions = {},
): Validate {
  let addMean: ReturnType<typeof compileAddition> | undefined;
  return async (trained, batches, seen) => {
    const { apply, weights } = model.forInference(trained);
    addMean ??= compileAddition(apply, { loss, precision }); // the same function in every epoch
    let sum = tf.scalar(0), count = 0;
    try {
      for await (const batch of batches) {
        const { images, targets } = batchTensors(batch, model);
        sum = await addMean(sum, weights, images, targets, batch.size);
        tf.dispose([images, targets]);
        await seen(++count);
      }
      return sum.dataSync()[0] / count;
    } finally {
      tf.dispose([sum, { ...weights }]);
    }
  };
}

/** The sum so far and the mean of a batch's first `size` losses: the rest is padding. */
function compileAddition(apply: Inference["apply"], { loss, precision }: { loss: Loss; precision?: Precision }) {
  const { perExample } = lossFunctions(loss);
  return jit(
    function validation(sum: Scalar, weights: Weights, images: Tensor, targets: Tensor2D, size: Scalar): Scalar {
      const losses = perExample(apply(weights, images, precision), targets);
      const counted = tf.where(tf.less(tf.range(0, losses.size), size), losses, 0);
      return tf.add(sum, tf.div(tf.sum(counted), size));
    },
    { donate: [0] },
  );
}

/** A batch as tensors: images `[N, H, W, C]`, or what else the model takes, targets `[N, classes]`. The caller disposes them. */
export function batchTensors(
  { images, targets }: Batch,
  { input, output }: Model,
): { images: Tensor; targets: Tensor2D } {
  const [classes] = output;
  return {
    images: tf.tensor(images, [images.length / sizeOf(input), ...input]),
    targets: tf.tensor2d(targets, [targets.length / classes, classes]),
  };
}
