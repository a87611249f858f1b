import { definePart, functionsOf, type OwnPart, type PartTable } from "../parts.ts";
import { type BceWithLogits, bceWithLogitsKind } from "./bce_with_logits.ts";
import type { LossFunctions } from "./loss.ts";

/** The losses that Thorax brings. */
export type BuiltInLoss = BceWithLogits;

/** A loss of the user's own; see {@linkcode defineLoss}. */
export type OwnLoss = OwnPart & LossFunctions;

/** What a recipe minimizes. */
export type Loss = BuiltInLoss | OwnLoss;

/** The built-in losses by type. */
export const losses: PartTable<BuiltInLoss, LossFunctions> = { bceWithLogits: bceWithLogitsKind };

/** What a loss does. */
export function lossFunctions(loss: Loss): LossFunctions {
  return functionsOf(losses, loss);
}

/**
 * A loss of your own: a type, whatever numbers it has, and its functions. The numbers are recorded with the run.
 *
 * @throws {UserError} where the type is a built-in one, or the loss has no functions
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { defineLoss } from "@thorax/thorax";
 * const squaredError = defineLoss({
 *   type: "squaredError",
 *   perExample: (logits, targets) => tf.mean(tf.squaredDifference(tf.sigmoid(logits), targets), -1),
 * });
 * ```
 */
export function defineLoss<L extends OwnLoss>(loss: L): Readonly<L> {
  return definePart(losses, loss);
}
