import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/stream/batches.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Precision } from "../ops/precision.ts";
import { jit } from "../runtime/jit.ts";
import { checkLogits } from "./check_logits.ts";
import { imageShape } from "./image_shape.ts";

/** A trained model, ready to predict. It has a copy of the weights; the caller may dispose its own. */
export interface Prediction extends Disposable {
  /** Computes the logits of images, both row-major: `[n, H, W, C]` → `[n, classes]`. */
  logits(images: Float32Array): Promise<Float32Array>;
}

/** Options of {@linkcode compilePrediction}. */
export interface PredictionOptions {
  /** What the model computes in. Default: float32. */
  readonly precision?: Precision;
}

/**
 * Makes a model with its weights ready for inference. The forward pass is compiled for each new batch size, with frozen weights; the two
 * latest sizes are kept.
 */
export function compilePrediction(model: Model, trained: Weights, { precision }: PredictionOptions = {}): Prediction {
  const [height, width, channels] = imageShape(model);
  const { apply, weights } = model.forInference(trained);
  const forward = jit(function prediction(images: Tensor4D): tf.Tensor {
    return apply(weights, images, precision);
  }, { freeze: true });
  return {
    async logits(images) {
      const input = tf.tensor4d(images, [images.length / (height * width * channels), height, width, channels]);
      const output = await forward(input);
      const logits = output.dataSync<"float32">();
      tf.dispose([input, output]);
      return logits;
    },
    [Symbol.dispose]() {
      forward[Symbol.dispose]();
      tf.dispose({ ...weights });
    },
  };
}

/** Predictions of films, row-major `[n, classes]`, in the order in which they came. */
export interface FilmPredictions {
  /** Indices of the films in their dataset. */
  readonly films: readonly number[];
  /** The model's outputs. */
  readonly logits: Float32Array;
  /** The truth: 0 or 1. */
  readonly targets: Uint8Array;
}

/** Options of {@linkcode predictBatches}. */
export interface PredictBatchesOptions extends PredictionOptions {
  /** Receives the number of films predicted so far, after each batch. */
  readonly onPredicted?: (films: number) => void;
  /** Names a film and one of its outputs in an error. */
  readonly nameOf?: (film: number, output: number) => string;
}

/**
 * Predicts batches of one size; the last one is padded.
 *
 * @throws {UserError} exit status 1, where a logit is not finite
 */
export async function predictBatches(
  model: Model,
  weights: Weights,
  batches: AsyncIterable<Batch>,
  { onPredicted, nameOf = (film, output) => `film ${film}, output ${output}`, ...options }: PredictBatchesOptions = {},
): Promise<FilmPredictions> {
  const films: number[] = [], logits: number[] = [], targets: number[] = [], [classes = 0] = model.output;
  using prediction = compilePrediction(model, weights, options);
  for await (const batch of batches) {
    const valid = batch.size * classes; // the rest is padding
    const output = (await prediction.logits(batch.images)).subarray(0, valid);
    checkLogits(output, classes, (row, output) => nameOf(batch.films[row] ?? -1, output));
    films.push(...batch.films);
    logits.push(...output);
    targets.push(...batch.targets.subarray(0, valid));
    onPredicted?.(films.length);
  }
  return { films, logits: Float32Array.from(logits), targets: Uint8Array.from(targets) };
}

/** Picks the predictions of the films whose entry in `isPicked` is true. */
export function pickFilms({ films, logits, targets }: FilmPredictions, isPicked: readonly boolean[]): FilmPredictions {
  const classes = logits.length / films.length;
  const inPicked = (_: number, i: number) => isPicked[Math.floor(i / classes)];
  return {
    films: films.filter((_, i) => isPicked[i]),
    logits: logits.filter(inPicked),
    targets: targets.filter(inPicked),
  };
}
