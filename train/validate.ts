import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/stream/batches.ts";
import type { Inference, Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { sizeOf } from "../dsl/shape.ts";
import type { Precision } from "../ops/precision.ts";
import { jit } from "../runtime/jit.ts";
import { bceWithLogits } from "./loss.ts";

/** The validation loss of weights on batches: the mean of the batches' means, as in the document. */
export type Validate = (
  weights: Weights,
  batches: AsyncIterable<Batch>,
  seen: (done: number) => void,
) => Promise<number>;

/** Compiles the validation of a model. Batches are all of one size, the last one padded: one trace. The sum stays on the device. */
export function compileValidation(model: Model, { precision }: { precision?: Precision } = {}): Validate {
  let addMean: ReturnType<typeof compileAddition> | undefined;
  return async (trained, batches, seen) => {
    const { apply, weights } = model.forInference(trained);
    addMean ??= compileAddition(apply, precision); // the same function in every epoch
    let sum = tf.scalar(0), count = 0;
    try {
      for await (const batch of batches) {
        const { images, targets } = batchTensors(batch, model);
        sum = await addMean(sum, weights, images, targets, batch.size);
        tf.dispose([images, targets]);
        seen(++count);
      }
      return sum.dataSync()[0] / count;
    } finally {
      tf.dispose([sum, { ...weights }]);
    }
  };
}

/** The sum so far and the mean of a batch's first `size` losses: the rest is padding. */
const compileAddition = (apply: Inference["apply"], precision: Precision | undefined) =>
  jit(function validation(sum: Scalar, weights: Weights, images: Tensor, targets: Tensor2D, size: Scalar): Scalar {
    const losses = bceWithLogits(apply(weights, images, precision), targets);
    const counted = tf.where(tf.less(tf.range(0, losses.size), size), losses, 0);
    return tf.add(sum, tf.div(tf.sum(counted), size));
  }, { donate: [0] });

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
