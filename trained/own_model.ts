import { type CheckpointMetadata, lineageOf } from "../weights/checkpoint/checkpoint_metadata.ts";
import { readFitted, readTensors } from "../weights/checkpoint/model_weights.ts";
import { fitWeights } from "../weights/matching/fit.ts";
import type { WeightsFile } from "../weights/tensor_source.ts";
import { checkpointNames, compileCheckpoint } from "./model_source.ts";
import { checkLabels } from "./recorded.ts";
import type { CompileTrainedOptions, TrainedModel } from "./trained_model.ts";

/**
 * Compiles the model of a file that Thorax wrote: a checkpoint, or what was exported from one, under any names. `name` is the model's
 * name once more, or the file that exports the layers which its spec needs.
 */
export async function compileOwn(
  file: WeightsFile,
  metadata: CheckpointMetadata,
  name: string | undefined,
  { dataset }: CompileTrainedOptions,
): Promise<TrainedModel> {
  const { path, tensors, read } = file, { mean, std, channels } = metadata.preprocessing;
  if (dataset) checkLabels(path, metadata.labels, dataset);
  const notes: string[] = [];
  const model = await compileCheckpoint(path, metadata, name, (note) => notes.push(note));
  const about = {
    path,
    metadata,
    name: metadata.model,
    model,
    labels: metadata.labels,
    channels: Array.from({ length: channels }, () => ({ mean, std })),
    lineage: lineageOf(metadata),
    synthetic: metadata.dataset.synthetic,
  };
  const hasOwnNames = model.parameters.some((parameter) => tensors.has(parameter.path));
  if (file.format === "safetensors" && hasOwnNames) {
    const shapes = new Map(Array.from(tensors, ([tensor, { shape }]) => [tensor, shape]));
    return { ...about, notes, load: () => readTensors({ shapes, read }, path, model.parameters) };
  }
  const fit = fitWeights(file, { ...await checkpointNames(metadata, name), model, name: metadata.model });
  return { ...about, notes: [...notes, ...fit.notes], load: () => readFitted(fit, model, 0) };
}
