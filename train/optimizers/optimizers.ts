import { UserError } from "../../errors.ts";
import { clippingFunctions, clippings } from "../clipping/clippings.ts";
import { definePart, functionsOf, isOwn, type OwnPart, type PartTable, readPart } from "../parts.ts";
import { type Adam, adamKind } from "./adam.ts";
import type { OptimizerFunctions, OptimizerSettings, StepPosition } from "./optimizer.ts";

/** The optimizers that Thorax brings. */
export type BuiltInOptimizer = Adam;

/** An optimizer of the user's own; see {@linkcode defineOptimizer}. */
export type OwnOptimizer = OwnPart & OptimizerSettings & OptimizerFunctions;

/** How a recipe turns gradients into updates, its clipping and weight decay included. */
export type Optimizer = BuiltInOptimizer | OwnOptimizer;

/** The built-in optimizers by type. */
export const optimizers: PartTable<BuiltInOptimizer, OptimizerFunctions> = { adam: adamKind };

/**
 * Reads an optimizer: a built-in one, checked and frozen, or one of the user's own.
 *
 * @throws {UserError} one line, where it is no optimizer or a field is wrong
 */
export function readOptimizer(value: unknown, place: string): Optimizer {
  const optimizer = readPart(optimizers, value, place);
  if (!isOwn(optimizer) || isComplete(optimizer, place)) return optimizer;
  throw new UserError(`${place}: ${optimizer.type} needs a learningRate above 0, and clip, which may be null`);
}

function isComplete(optimizer: OwnPart & OptimizerFunctions, place: string): optimizer is OwnOptimizer {
  const { learningRate, clip }: Readonly<Record<string, unknown>> = { ...optimizer };
  if (clip) readPart(clippings, clip, `${place}: clip`);
  return typeof learningRate === "number" && learningRate > 0 && clip !== undefined;
}

/** What an optimizer does. */
export function optimizerFunctions(optimizer: Optimizer): OptimizerFunctions {
  return functionsOf(optimizers, optimizer);
}

/**
 * The numbers of one step, which its scalars are: those of the optimizer and those of its clipping.
 *
 * @example
 * ```ts
 * import { adam, stepScalars } from "@thorax/thorax";
 * const { maxNorm } = stepScalars(adam(), { step: 1, epoch: 12, learningRate: 5e-5 });
 * console.assert(maxNorm === 1.1);
 * ```
 */
export function stepScalars(optimizer: Optimizer, at: StepPosition): Readonly<Record<string, number>> {
  const clipping = optimizer.clip && clippingFunctions(optimizer.clip);
  return { ...clipping?.scalars(at), ...optimizerFunctions(optimizer).scalars(at) };
}

/**
 * An optimizer of your own: a type, `learningRate` and `clip`, whatever other numbers it has, and its functions.
 *
 * @throws {UserError} where the type is a built-in one, or it has no functions
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { defineOptimizer } from "@thorax/thorax";
 * const sgd = (learningRate: number) =>
 *   defineOptimizer({
 *     type: "sgd",
 *     learningRate,
 *     clip: null,
 *     slots: [],
 *     perRate: ["rate"],
 *     scalars: ({ learningRate }) => ({ rate: learningRate }),
 *     update: ({ value, slots }, gradient, { scalars: { rate }, scale, enabled }) => {
 *       const next = tf.sub(value, tf.mul(gradient, tf.mul(scale, rate)));
 *       return { value: tf.where(enabled, next, value), slots };
 *     },
 *   });
 * console.assert(sgd(0.1).learningRate === 0.1);
 * ```
 */
export function defineOptimizer<O extends OwnOptimizer>(optimizer: O): Readonly<O> {
  return definePart(optimizers, optimizer);
}
