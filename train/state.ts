import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Shape } from "../dsl/shape.ts";
import { filled } from "../ops/filled.ts";
import { optimizerFunctions } from "./optimizers/optimizers.ts";
import { documentRecipe, type Recipe } from "./recipe.ts";
import type { ScheduleState } from "./schedules/schedule.ts";
import { beginSchedule } from "./schedules/schedules.ts";
import type { StepState } from "./step.ts";

/** A value that JSON holds. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** How far a run is: the part of its state that is no tensor. */
export interface Progress {
  /** Steps taken: Adam's t. */
  readonly step: number;
  /** Epochs finished: the sampler's position. */
  readonly epoch: number;
  /** The learning rate, and what else the schedule keeps. */
  readonly schedule: ScheduleState;
  /** The epoch of the lowest validation loss so far; null before the first. */
  readonly best: { readonly epoch: number; readonly loss: number } | null;
  /** The validation loss of the last finished epoch; absent before the first, and in states that an earlier version wrote. */
  readonly validationLoss?: number;
}

/** Everything that training changes. A step and an epoch take one and give the next; a checkpoint is one written down. */
export interface TrainState {
  /** The weights and the optimizer's tensors. */
  readonly tensors: StepState;
  /** How far it is. */
  readonly progress: Progress;
  /** What observers keep from run to run, by their names. */
  readonly observers?: Readonly<Record<string, Json>>;
}

/** The state before the first step: the given weights, the optimizer's tensors at zero, and the schedule at its begin. */
export function initialState(
  model: Model,
  weights: Weights,
  { optimizer, schedule }: Pick<Recipe, "optimizer" | "schedule"> = documentRecipe,
): TrainState {
  const trainable = model.parameters.filter((parameter) => parameter.trainable);
  const zeros = () => Object.fromEntries(trainable.map(({ path, shape }) => [path, zerosOf(shape)]));
  const slots = Object.fromEntries(optimizerFunctions(optimizer).slots.map((name) => [name, zeros()]));
  return {
    tensors: { weights, slots },
    progress: { step: 0, epoch: 0, schedule: beginSchedule(schedule, optimizer.learningRate), best: null },
  };
}

const zerosOf = (shape: Shape) => filled(shape, (values) => void values.fill(0));
