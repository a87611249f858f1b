import { definePart, functionsOf, type OwnPart, type PartTable } from "../parts.ts";
import type { EarlyStopFunctions, Stop, StopFacts } from "./early_stop.ts";
import { type Patience, patienceKind } from "./patience.ts";

/** The early stops that Thorax brings. */
export type BuiltInEarlyStop = Patience;

/** An early stop of the user's own; see {@linkcode defineEarlyStop}. */
export type OwnEarlyStop = OwnPart & EarlyStopFunctions;

/** When a recipe stops before its epochs are over. */
export type EarlyStop = BuiltInEarlyStop | OwnEarlyStop;

/** The built-in early stops by type. */
export const earlyStops: PartTable<BuiltInEarlyStop, EarlyStopFunctions> = { patience: patienceKind };

/** Why training stops after an epoch; undefined where it goes on. */
export function decideStop(earlyStop: EarlyStop, facts: StopFacts): Stop | undefined {
  return functionsOf(earlyStops, earlyStop).decide(facts);
}

/**
 * An early stop of your own: a type, whatever numbers it has, and its function.
 *
 * @throws {UserError} where the type is a built-in one, or it has no function
 *
 * @example
 * ```ts
 * import { defineEarlyStop } from "@thorax/thorax";
 * const goodEnough = defineEarlyStop({
 *   type: "goodEnough",
 *   decide: ({ best }) => best.loss < 0.1 ? { ending: "early stop", reason: "The loss is below 0.1" } : undefined,
 * });
 * ```
 */
export function defineEarlyStop<E extends OwnEarlyStop>(earlyStop: E): Readonly<E> {
  return definePart(earlyStops, earlyStop);
}
