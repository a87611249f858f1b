import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../errors.ts";
import type { TrainedModel } from "../trained/trained_model.ts";
import { type FilmSource, imageFilms } from "./film_source.ts";
import { compilePrediction, type PredictionOptions } from "./predict.ts";
import { type PredictedFilm, predictFilms } from "./predict_films.ts";
import { sigmoid } from "./sigmoid.ts";

/** Options of {@linkcode predictSource}. */
export interface PredictSourceOptions extends PredictionOptions {
  /** Receives each film whose logits are not finite, which is then skipped. Without it, the first one ends the predictions. */
  readonly onFailed?: (name: string, reason: string) => void;
  /** Opens the engine, once the first films are decoded; without it, one must be open already. */
  readonly openEngine?: () => Promise<unknown>;
}

/**
 * Predicts the films of a source in their order, as the caller takes them. The weights are read when the first films are decoded.
 *
 * @throws {UserError} exit status 1, where a logit is not finite and `onFailed` is not given
 */
export function predictSource(
  trained: TrainedModel,
  { batches }: Pick<FilmSource, "batches">,
  { onFailed, openEngine, ...options }: PredictSourceOptions = {},
): AsyncGenerator<PredictedFilm, void, void> {
  return predictFilms(batches, {
    labels: trained.labels,
    onFailed,
    async open() {
      await openEngine?.();
      const weights = await trained.load();
      try {
        return compilePrediction(trained.model, weights, options);
      } finally {
        tf.dispose({ ...weights }); // the prediction has a copy of its own, laid out for its kernels
      }
    },
  });
}

/** What a trained model says of an image. */
export interface ImagePrediction extends PredictedFilm {
  /** The probability of each label, in the order of the model's labels. */
  readonly probabilities: Float64Array;
}

/** Options of {@linkcode predictImages}. */
export interface PredictImagesOptions extends PredictSourceOptions {
  /** Images that are predicted at a time. Default: 32. */
  readonly batchSize?: number;
  /** Receives each image that cannot be decoded, which is then skipped. Without it, the first one ends the predictions. */
  readonly onFailed?: (name: string, reason: string) => void;
}

/**
 * Predicts images in their order, as the caller takes them: files, folders (the images in them and below) and globs. They are decoded ahead
 * by threads, a few batches at a time, so that memory stays flat however many there are. The engine must be open.
 *
 * @throws {UserError} where a name stands for no image, or, without `onFailed`, an image cannot be decoded
 *
 * @example
 * ```ts ignore
 * import { openEngine, openTrainedModel, predictImages } from "@thorax/thorax";
 * await openEngine();
 * using trained = await openTrainedModel("best_model.safetensors");
 * for await (const { name, probabilities } of predictImages(trained, ["films", "more/*.png"])) {
 *   console.log(name, trained.labels.map((label, i) => `${label} ${probabilities[i].toFixed(3)}`));
 * }
 * ```
 */
export async function* predictImages(
  trained: TrainedModel,
  images: readonly string[],
  { batchSize = 32, ...options }: PredictImagesOptions = {},
): AsyncGenerator<ImagePrediction, void, void> {
  const { onFailed = endAt } = options;
  const source = await imageFilms(trained, { names: images, batchSize, onFailed });
  for await (const film of predictSource(trained, source, options)) {
    yield { ...film, probabilities: Float64Array.from(film.logits, sigmoid) };
  }
}

function endAt(_: string, reason: string): never {
  throw new UserError(reason, { exitStatus: 1 });
}
