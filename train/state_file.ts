import { z } from "zod";
import type { Model } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import { type CheckpointMetadata, encodeMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { readSafetensors, writeSafetensors } from "../weights/safetensors/safetensors.ts";
import { readTensors, stored } from "../weights/checkpoint/model_weights.ts";
import type { Progress, TrainState } from "./state.ts";

const count = z.int().nonnegative().max(2 ** 31 - 1);

const progressSchema: z.ZodType<Progress> = z.object({
  step: count,
  epoch: count,
  plateau: z.object({
    learningRate: z.number().positive(),
    best: z.number().nullable(),
    badEpochs: count,
  }),
  best: z.object({ epoch: count, loss: z.number() }).nullable(),
  validationLoss: z.number().optional(),
}).refine(({ epoch, best }) => best === null || best.epoch <= epoch);

/** Writes a state, whole or not at all: a checkpoint that holds the optimizer's moments and the progress too. */
export function saveState(
  path: string,
  metadata: CheckpointMetadata,
  { tensors, progress }: TrainState,
): Promise<void> {
  const all = [
    ...stored(tensors.weights, "weights/"),
    ...stored(tensors.means, "means/"),
    ...stored(tensors.variances, "variances/"),
  ];
  return writeSafetensors(path, all, { ...encodeMetadata(metadata), progress: JSON.stringify(progress) });
}

/**
 * Reads a state of {@linkcode saveState}.
 *
 * @throws {UserError} where the file is no such state, or of another model
 */
export async function loadState(path: string, model: Model): Promise<TrainState> {
  using file = await readSafetensors(path);
  const source = { shapes: new Map(Array.from(file.tensors, ([name, { shape }]) => [name, shape])), read: file.read };
  const trainable = model.parameters.filter((parameter) => parameter.trainable);
  return {
    progress: readProgress(path, file.metadata.progress),
    tensors: {
      weights: await readTensors(source, path, model.parameters, "weights/"),
      means: await readTensors(source, path, trainable, "means/"),
      variances: await readTensors(source, path, trainable, "variances/", () => true),
    },
  };
}

function readProgress(path: string, json: string | undefined): Progress {
  try {
    return progressSchema.parse(JSON.parse(json ?? ""));
  } catch (cause) {
    throw new UserError(`${path} holds no training state`, { remedy: "Resume from another run folder", cause });
  }
}
