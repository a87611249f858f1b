/** What a new architecture is first tried with: a few steps of training, over and over on the same few films. */
import * as tf from "@tensorflow/tfjs";
import { compile, jit, openBatches, openDataset, type Spec } from "@thorax/thorax";

/** Trains a spec of 15 classes on eight films of the phantom, 32×32, on the backend in use; the loss before each step. */
export async function fewSteps(spec: Spec, steps: number): Promise<number[]> {
  await using batches = openBatches(await openDataset({ kind: "phantom" }), { imageSize: 32, workers: 0 });
  const [batch] = await Array.fromAsync(batches.stream([...Array(8).keys()], { batchSize: 8 }));
  const images = tf.tensor4d(batch.images, [8, 32, 32, 1]), targets = tf.tensor2d(batch.targets, [8, 15]);

  const model = compile(spec, { input: [32, 32, 1] }), first = model.init(42);
  const weights = Object.fromEntries(
    model.parameters.map(({ path, trainable }) => [path, tf.variable(first[path], trainable)]),
  );
  const trainable = Object.values(weights).filter((weight) => weight.trainable);
  const optimizer: tf.Optimizer = tf.train.adam(0.01);

  const step = jit((seed: tf.Tensor1D) => {
    const { value, grads } = optimizer.computeGradients(() => {
      const { output, state } = model.apply(weights, images, { training: true, seed });
      for (const [path, statistic] of Object.entries(state)) weights[path].assign(statistic);
      return tf.losses.sigmoidCrossEntropy(targets, output) as tf.Scalar;
    }, trainable);
    optimizer.applyGradients(grads);
    return value;
  });

  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const loss = await step(tf.tensor1d([42, i], "int32"));
    losses.push(loss.dataSync()[0]);
  }
  return losses;
}
