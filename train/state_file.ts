import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { UserError } from "../errors.ts";
import { type CheckpointMetadata, encodeMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { readSafetensors, writeSafetensors } from "../weights/safetensors/safetensors.ts";
import { readTensors, stored } from "../weights/checkpoint/model_weights.ts";
import { type Optimizer, optimizerFunctions } from "./optimizers/optimizers.ts";
import { documentRecipe } from "./recipe.ts";
import type { Json, Progress, TrainState } from "./state.ts";

const count = z.int().nonnegative().max(2 ** 31 - 1);

const scheduleSchema = z.looseObject({ learningRate: z.number().positive() });

/** An earlier version called the schedule `plateau`: it knew no other. */
const progressSchema = z.preprocess(
  (value) => isEarlier(value) ? { ...value, schedule: value.plateau } : value,
  z.object({
    step: count,
    epoch: count,
    schedule: scheduleSchema,
    best: z.object({ epoch: count, loss: z.number() }).nullable(),
    validationLoss: z.number().optional(),
  }).refine(({ epoch, best }) => best === null || best.epoch <= epoch),
);

const isEarlier = (value: unknown): value is { readonly plateau: unknown } =>
  typeof value === "object" && value !== null && "plateau" in value && !("schedule" in value);

/** Writes a state, whole or not at all: a checkpoint that holds the optimizer's tensors, the progress and what observers keep too. */
export function saveState(
  path: string,
  metadata: CheckpointMetadata,
  { tensors: { weights, slots }, progress, observers }: TrainState,
): Promise<void> {
  const all = [
    ...stored(weights, "weights/"),
    ...Object.entries(slots).flatMap(([name, tensors]) => stored(tensors, `${name}/`)),
  ];
  const more = { progress: JSON.stringify(progress), ...(observers && { observers: JSON.stringify(observers) }) };
  return writeSafetensors(path, all, { ...encodeMetadata(metadata), ...more });
}

/**
 * Reads a state of {@linkcode saveState}, with the tensors that an optimizer keeps: the document's by default.
 *
 * @throws {UserError} where the file is no such state, or of another model or optimizer
 */
export async function loadState(
  path: string,
  model: Model,
  optimizer: Optimizer = documentRecipe.optimizer,
): Promise<TrainState> {
  using file = await readSafetensors(path);
  const source = { shapes: new Map(Array.from(file.tensors, ([name, { shape }]) => [name, shape])), read: file.read };
  const trainable = model.parameters.filter((parameter) => parameter.trainable);
  const { progress, observers } = readProgress(path, file.metadata);
  const weights = await readTensors(source, path, model.parameters, "weights/");
  const slots: Record<string, Weights> = {};
  try {
    const { slots: names, nonNegativeSlots = [] } = optimizerFunctions(optimizer);
    for (const name of names) {
      slots[name] = await readTensors(source, path, trainable, `${name}/`, () => nonNegativeSlots.includes(name));
    }
  } catch (error) {
    tf.dispose([weights, slots]);
    throw error;
  }
  return { progress, tensors: { weights, slots }, ...(observers && { observers }) };
}

function readProgress(
  path: string,
  { progress, observers }: Readonly<Record<string, string>>,
): { readonly progress: Progress; readonly observers?: Readonly<Record<string, Json>> } {
  try {
    return {
      progress: progressSchema.parse(JSON.parse(progress ?? "")),
      ...(observers !== undefined && { observers: z.record(z.string(), z.json()).parse(JSON.parse(observers)) }),
    };
  } catch (cause) {
    throw new UserError(`${path} holds no training state`, { remedy: "Resume from another run folder", cause });
  }
}
