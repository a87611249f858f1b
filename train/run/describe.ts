import config from "../../deno.json" with { type: "json" };
import type { Dataset } from "../../data/dataset.ts";
import { defaultNormalization, type Normalization } from "../../data/images/normalization.ts";
import type { Model } from "../../dsl/compile/compile.ts";
import type { Generation } from "../../lineage/generation.ts";
import { modelName } from "../../trained/model_name.ts";
import type { CheckpointMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import type { RecordedRecipe } from "../recipe_record.ts";
import type { Progress } from "../state.ts";
import type { RecordedOptions } from "./run_options.ts";

/** What a run's checkpoints say about themselves, but for the progress. */
export interface Description {
  /** The model's name, or its file. */
  readonly name: string;
  readonly model: Model;
  readonly dataset: Pick<Dataset, "kind" | "name" | "synthetic" | "labels">;
  readonly recipe: RecordedRecipe;
  /** The folder or file of the dataset, absolute; absent where there is none. */
  readonly directory?: string;
  readonly splitSeed: number;
  /** All options, by name. */
  readonly options: RecordedOptions;
  /** The SHA-256 of the user's own file that the model came from. */
  readonly modelSha256?: string;
  /** The normalization of the films; default {@linkcode defaultNormalization}. */
  readonly normalization?: Normalization;
  /** What the model has seen by now: this run first, then its ancestors. Absent where nobody records it. */
  readonly lineage?: () => readonly Generation[];
}

/** Under this name the SHA-256 of the user's own model file stands beside the options of a run. */
export const modelDigestKey = "modelSha256";

/** Makes the metadata of a checkpoint at a point of a run. */
export function describe(description: Description, progress: Progress): CheckpointMetadata {
  const { model, dataset, recipe, directory, splitSeed, normalization = defaultNormalization } = description;
  const [height, width, channels] = model.input;
  return {
    thorax: config.version,
    model: modelName(description.name),
    spec: model.spec,
    input: [height, width, channels],
    labels: dataset.labels,
    preprocessing: {
      imageSize: height,
      mean: normalization.mean,
      std: normalization.std,
      channels,
      resize: "bilinear-antialias",
    },
    dataset: {
      kind: dataset.kind,
      directory,
      name: dataset.name,
      synthetic: dataset.synthetic,
      splitSeed,
      splitType: recipe.sampler.type,
    },
    lineage: description.lineage?.(),
    options: { ...description.options, [modelDigestKey]: description.modelSha256 },
    recipe: { ...recipe },
    epoch: progress.epoch,
    step: progress.step,
    validationLoss: progress.validationLoss ?? null,
  };
}
