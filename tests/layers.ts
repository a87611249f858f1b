/** A program of a tfjs user who knows nothing of `jit`: a tfjs-layers model and a step of its training. */
import * as tf from "@tensorflow/tfjs";

/** Convolution, batch norm, ReLU, pooling, dropout (off) and dense, for images of 28×28×1. */
export function network(): tf.LayersModel {
  const [first, second, third] = [1, 2, 3].map((seed) => tf.initializers.glorotUniform({ seed }));
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 16, kernelSize: 3, kernelInitializer: first }),
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu", kernelInitializer: second }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0 }),
      tf.layers.dense({ units: 10, activation: "softmax", kernelInitializer: third }),
    ],
  });
}

/** A step of training as a user writes it. */
export function stepOf(model: tf.LayersModel) {
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return function step(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
    const { value, grads } = model.optimizer.computeGradients(() => {
      const predicted = model.apply(x, { training: true }) as tf.Tensor;
      return tf.mean<tf.Scalar>(tf.metrics.categoricalCrossentropy(y, predicted));
    }, weights);
    model.optimizer.applyGradients(grads);
    return value;
  };
}

/** 32 images, and a class for each. */
export const batch = (seed: number): [tf.Tensor, tf.Tensor] => [
  tf.randomUniform([32, 28, 28, 1], 0, 1, "float32", seed),
  tf.oneHot(Array.from({ length: 32 }, (_, i) => (i * seed) % 10), 10),
];
