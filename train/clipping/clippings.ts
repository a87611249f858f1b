import { definePart, functionsOf, type OwnPart, type PartTable } from "../parts.ts";
import type { ClippingFunctions } from "./clip.ts";
import { type ClipByGlobalNorm, clipByGlobalNormKind } from "./clip_by_global_norm.ts";

/** The ways of clipping that Thorax brings. */
export type BuiltInClipping = ClipByGlobalNorm;

/** Clipping of the user's own; see {@linkcode defineClipping}. */
export type OwnClipping = OwnPart & ClippingFunctions;

/** How an optimizer clips gradients. */
export type Clipping = BuiltInClipping | OwnClipping;

/** The built-in ways of clipping by type. */
export const clippings: PartTable<BuiltInClipping, ClippingFunctions> = { clipByGlobalNorm: clipByGlobalNormKind };

/** What clipping does. */
export function clippingFunctions(clipping: Clipping): ClippingFunctions {
  return functionsOf(clippings, clipping);
}

/**
 * Clipping of your own: a type, whatever numbers it has, and its functions.
 *
 * @throws {UserError} where the type is a built-in one, or it has no functions
 */
export function defineClipping<C extends OwnClipping>(clipping: C): Readonly<C> {
  return definePart(clippings, clipping);
}
