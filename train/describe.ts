import config from "../deno.json" with { type: "json" };
import type { Dataset } from "../data/dataset.ts";
import { defaultNormalization, type Normalization } from "../data/images/normalization.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Generation } from "../lineage/generation.ts";
import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { type TrainOptions, withAbsolutePaths } from "./options.ts";
import { modelName } from "../trained/model_name.ts";
import type { Progress } from "./state.ts";

/** What a run's checkpoints say about themselves, but for the progress. */
export interface Description {
  /** As `--model` named it. */
  readonly name: string;
  readonly model: Model;
  readonly dataset: Dataset;
  readonly options: TrainOptions;
  /** The SHA-256 of the user's own file that the model came from. */
  readonly modelSha256?: string;
  /** The normalization of the films; default {@linkcode defaultNormalization}. */
  readonly normalization?: Normalization;
  /** What the model has seen by now: this run first, then its ancestors. Absent where nobody records it. */
  readonly lineage?: () => readonly Generation[];
}

/** Under this name the SHA-256 of the user's own model file stands beside the options of a run. */
export const modelDigestKey = "modelSha256";

/** The metadata of a checkpoint at a point of a run. */
export function describe(
  { name, model, dataset, options, modelSha256, normalization = defaultNormalization, lineage }: Description,
  progress: Progress,
): CheckpointMetadata {
  const [height, width, channels] = model.input, recorded = withAbsolutePaths(options);
  return {
    thorax: config.version,
    model: modelName(name),
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
      directory: recorded.dataDir,
      name: dataset.name,
      synthetic: dataset.synthetic,
      splitSeed: recorded.splitSeed,
      splitType: recorded.splitType,
    },
    lineage: lineage?.(),
    options: { ...recorded, [modelDigestKey]: modelSha256 },
    epoch: progress.epoch,
    step: progress.step,
    validationLoss: progress.validationLoss ?? null,
  };
}
