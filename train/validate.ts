import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batches.ts";
import type { Inference, Model } from "../dsl/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Precision } from "../ops/precision.ts";
import { jit } from "../runtime/jit.ts";
import { bceWithLogits } from "./loss.ts";

/** The validation loss of weights on batches: the mean of the batches' means, as in the document. */
export type Validate = (
  weights: Weights,
  batches: AsyncIterable<Batch>,
  seen: (done: number) => void,
) => Promise<number>;

/** Compiles the validation of a model. Batches are all of one size, the last one padded: one trace. */
export function compileValidation(model: Model, { precision }: { precision?: Precision } = {}): Validate {
  let losses: ReturnType<typeof compileLosses> | undefined;
  return async (trained, batches, seen) => {
    const { apply, weights } = model.forInference(trained);
    losses ??= compileLosses(apply, precision); // the same function in every epoch
    let sum = 0, count = 0;
    try {
      for await (const batch of batches) {
        const { images, targets } = batchTensors(batch, model);
        const result = await losses(weights, images, targets);
        const values = result.dataSync<"float32">().subarray(0, batch.size); // the rest is padding
        tf.dispose([images, targets, result]);
        sum += values.reduce((total, value) => total + value, 0) / batch.size;
        seen(++count);
      }
    } finally {
      tf.dispose({ ...weights });
    }
    return sum / count;
  };
}

const compileLosses = (apply: Inference["apply"], precision: Precision | undefined) =>
  jit(function validation(weights: Weights, images: Tensor4D, targets: Tensor2D): Tensor1D {
    return bceWithLogits(apply(weights, images, precision), targets);
  });

/** A batch as tensors: images `[N, H, W, C]`, targets `[N, classes]`. The caller disposes them. */
export function batchTensors(
  { images, targets }: Batch,
  { input, output }: Model,
): { images: Tensor4D; targets: Tensor2D } {
  const [height, width, channels] = input;
  const [classes] = output;
  return {
    images: tf.tensor4d(images, [images.length / (height * width * channels), height, width, channels]),
    targets: tf.tensor2d(targets, [targets.length / classes, classes]),
  };
}
