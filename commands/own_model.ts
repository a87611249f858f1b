import { readFitted, readTensors } from "../train/checkpoint.ts";
import { type CheckpointMetadata, lineageOf } from "../weights/checkpoint/checkpoint_metadata.ts";
import { fitWeights } from "../weights/matching/fit.ts";
import type { WeightsFile } from "../weights/tensor_source.ts";
import { checkpointNames, compileCheckpoint } from "./model_source.ts";
import { checkLabels } from "./recorded.ts";
import type { TrainedModel, Wanted } from "./trained_model.ts";

/**
 * The model of a file that Thorax wrote: a checkpoint, or what `export` made of one, under whichever names. `name` is what `--model` says
 * beside it.
 */
export async function compileOwn(
  file: WeightsFile,
  metadata: CheckpointMetadata,
  name: string | undefined,
  { dataset }: Wanted,
): Promise<TrainedModel> {
  const { path, tensors, read } = file, { mean, std, channels } = metadata.preprocessing;
  if (dataset) checkLabels(path, metadata.labels, dataset);
  const model = await compileCheckpoint(path, metadata, name);
  const about = {
    ...{ name: metadata.model, model, labels: metadata.labels },
    channels: Array.from({ length: channels }, () => ({ mean, std })),
    ...{ lineage: lineageOf(metadata), synthetic: metadata.dataset.synthetic },
  };
  const hasOwnNames = model.parameters.some((parameter) => tensors.has(parameter.path));
  if (file.format === "safetensors" && hasOwnNames) {
    const shapes = new Map(Array.from(tensors, ([tensor, { shape }]) => [tensor, shape]));
    return { ...about, notes: [], load: () => readTensors({ shapes, read }, path, model.parameters) };
  }
  const fit = fitWeights(file, { ...await checkpointNames(metadata, name), model, name: metadata.model });
  return { ...about, notes: fit.notes, load: () => readFitted(fit, model, 0) };
}
