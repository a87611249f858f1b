import { definePart, functionsOf, type OwnPart, type PartTable } from "../parts.ts";
import { type ReduceOnPlateau, reduceOnPlateauKind } from "./reduce_on_plateau.ts";
import type { FinishedEpoch, ScheduledStep, ScheduleFunctions, ScheduleState } from "./schedule.ts";

/** The schedules that Thorax brings. */
export type BuiltInSchedule = ReduceOnPlateau;

/** A schedule of the user's own; see {@linkcode defineSchedule}. */
export type OwnSchedule = OwnPart & ScheduleFunctions;

/** How a recipe's learning rate changes. */
export type Schedule = BuiltInSchedule | OwnSchedule;

/** The built-in schedules by type. */
export const schedules: PartTable<BuiltInSchedule, ScheduleFunctions> = { reduceOnPlateau: reduceOnPlateauKind };

/** The state of a schedule before the first epoch. */
export function beginSchedule(schedule: Schedule, learningRate: number): ScheduleState {
  return functionsOf(schedules, schedule).begin?.(learningRate) ?? { learningRate };
}

/** The learning rate of a step. */
export function scheduledRate(schedule: Schedule, state: ScheduleState, at: ScheduledStep): number {
  return functionsOf(schedules, schedule).atStep?.(state, at) ?? state.learningRate;
}

/** The state of a schedule after an epoch. */
export function advanceSchedule(schedule: Schedule, state: ScheduleState, finished: FinishedEpoch): ScheduleState {
  return functionsOf(schedules, schedule).afterEpoch?.(state, finished) ?? state;
}

/**
 * A schedule of your own: a type, whatever numbers it has, and its functions. Its state goes into a run's `last/` as JSON.
 *
 * @throws {UserError} where the type is a built-in one, or it has no functions
 *
 * @example
 * ```ts
 * import { defineSchedule } from "@thorax/thorax";
 * const cosine = defineSchedule({
 *   type: "cosine",
 *   atStep: (_, { initial, step, epochs, stepsPerEpoch }) =>
 *     initial * (1 + Math.cos(Math.PI * (step - 1) / (epochs * stepsPerEpoch))) / 2,
 * });
 * console.assert(JSON.stringify(cosine) === '{"type":"cosine"}');
 * ```
 */
export function defineSchedule<S extends OwnSchedule>(schedule: S): Readonly<S> {
  return definePart(schedules, schedule);
}
