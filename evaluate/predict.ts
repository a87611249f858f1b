import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batches.ts";
import type { Model } from "../dsl/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { jit } from "../runtime/jit.ts";

/** Logits of images, both row-major: `[n, H, W, C]` → `[n, classes]`. */
export type Predict = (weights: Weights, images: Float32Array) => Promise<Float32Array>;

/** Compiles the forward pass of a model, once for each batch size that comes. */
export function compilePrediction(model: Model): Predict {
  const [height, width, channels] = model.input;
  const forward = jit(function prediction(weights: Weights, images: Tensor4D): tf.Tensor {
    return model.apply(weights, images, { training: false }).output;
  });
  return async (weights, images) => {
    const input = tf.tensor4d(images, [images.length / (height * width * channels), height, width, channels]);
    const output = await forward(weights, input);
    const logits = output.dataSync<"float32">();
    tf.dispose([input, output]);
    return logits;
  };
}

/** Predictions for films, row-major `[n, classes]`, in the order in which they came. */
export interface FilmPredictions {
  /** Indices of the films in their dataset. */
  readonly films: readonly number[];
  readonly probabilities: Float64Array;
  readonly targets: Uint8Array;
}

/** Predicts batches of one size, of which the last is padded. `seen` is told of each batch. */
export async function predictBatches(
  model: Model,
  weights: Weights,
  batches: AsyncIterable<Batch>,
  seen: (batches: number) => void = () => {},
): Promise<FilmPredictions> {
  const films: number[] = [], probabilities: number[] = [], targets: number[] = [];
  const predict = compilePrediction(model);
  let count = 0;
  for await (const batch of batches) {
    const logits = await predict(weights, batch.images);
    const valid = batch.size * model.output[0]; // the rest is padding
    films.push(...batch.films);
    for (const logit of logits.subarray(0, valid)) probabilities.push(sigmoid(logit));
    targets.push(...batch.targets.subarray(0, valid));
    seen(++count);
  }
  return { films, probabilities: Float64Array.from(probabilities), targets: Uint8Array.from(targets) };
}

/** The logistic function, in float64. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
