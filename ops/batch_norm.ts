import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, hasKernel, nativeKernel, runNative, T, types } from "./native.ts";
import { precisionOf, toBfloat16, toFloat32 } from "./precision.ts";

/** The four vectors of a batch normalization, each `[C]`. */
export interface BatchNormParameters {
  /** The factor of the normalized values. */
  readonly scale: Tensor;
  /** What is added to them. */
  readonly offset: Tensor;
  /** The running mean. */
  readonly mean: Tensor;
  /** The running variance, unbiased. */
  readonly variance: Tensor;
}

/** How to normalize. */
export interface BatchNormOptions {
  /** Added to the variance. */
  readonly epsilon: number;
  /** The share of the new batch in the running statistics, as PyTorch uses the word. */
  readonly momentum: number;
  /** Whether to use the batch's own statistics or the running ones. */
  readonly training: boolean;
}

/**
 * Normalizes `[N, H, W, C]` over all axes but the channels (Ioffe & Szegedy 2015), as PyTorch does: by the biased
 * variance, while the running variance uses the unbiased one. In training it returns new running statistics, otherwise
 * the given ones.
 */
export function batchNorm(x: Tensor4D, parameters: BatchNormParameters, options: BatchNormOptions) {
  const { scale, offset, mean, variance } = parameters;
  const { epsilon, momentum, training } = options;
  if (!training) {
    const normalized = tf.batchNorm4d(
      toFloat32(x), // TensorFlow's kernel for running statistics takes float32 alone
      mean as Tensor1D,
      variance as Tensor1D,
      offset as Tensor1D,
      scale as Tensor1D,
      epsilon,
    );
    const output = precisionOf(x) === "bfloat16" ? toBfloat16(normalized) : normalized;
    return { output, mean, variance };
  }
  if (hasKernel("BatchNormTraining")) {
    const results = runNative<Tensor[]>("BatchNormTraining", { x, scale, offset, mean, variance }, {
      epsilon,
      momentum,
    });
    return { output: results[0] as Tensor4D, mean: results[1], variance: results[2] };
  }
  const batch = tf.moments(x, [0, 1, 2]);
  const output: Tensor4D = tf.add(
    tf.mul(tf.sub(x, batch.mean), tf.mul(tf.rsqrt(tf.add(batch.variance, epsilon)), scale)),
    offset,
  );
  const n = x.size / x.shape[3];
  const blend = (running: Tensor, now: Tensor) => tf.add(tf.mul(running, 1 - momentum), tf.mul(now, momentum));
  return {
    output,
    mean: blend(mean, batch.mean),
    variance: blend(variance, tf.mul(batch.variance, n / Math.max(1, n - 1))),
  };
}

const common = (epsilon: number) => [
  T,
  attribute.type("U", types.float32),
  attribute.float("epsilon", epsilon),
  attribute.string("data_format", "NHWC"),
  attribute.bool("is_training", true),
];

export const batchNormKernels = [
  // returns y, running mean, running variance, and three reserve spaces for the gradient
  nativeKernel<{ epsilon: number; momentum: number }>(
    "BatchNormTraining",
    ({ inputs: { x, scale, offset, mean, variance }, attrs, backend }) =>
      backend.executeMultipleOutputs(
        "FusedBatchNormV3",
        [...common(attrs.epsilon), attribute.float("exponential_avg_factor", attrs.momentum)],
        [x, scale, offset, mean, variance],
        6,
      ),
  ),
  nativeKernel<{ epsilon: number }>(
    "BatchNormTrainingGrad",
    ({ inputs: { dy, x, scale, reserve1, reserve2, reserve3 }, attrs, backend }) =>
      backend.executeMultipleOutputs(
        "FusedBatchNormGradV3",
        common(attrs.epsilon),
        [dy, x, scale, reserve1, reserve2, reserve3],
        5,
      ).slice(0, 3),
  ),
];

export const batchNormGradient: tf.GradConfig = {
  kernelName: "BatchNormTraining",
  inputsToSave: ["x", "scale"],
  outputsToSave: [false, false, false, true, true, true],
  gradFunc: (dys, [x, scale, reserve1, reserve2, reserve3], attrs) => {
    if (!Array.isArray(dys)) throw new TypeError("BatchNormTraining has several outputs");
    // not inside of the closures, which tfjs tidies: one call of the kernel computes all three
    const inputs = { dy: dys[0], x, scale, reserve1, reserve2, reserve3 };
    const [dx, dScale, dOffset] = runNative<Tensor[]>("BatchNormTrainingGrad", inputs, attrs);
    const none = () => tf.zerosLike(scale);
    return { x: () => dx, scale: () => dScale, offset: () => dOffset, mean: none, variance: none };
  },
};
