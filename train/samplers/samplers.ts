import type { Sampler } from "../../data/sampling/sampler.ts";
import { type SamplerName, samplers } from "../../data/sampling/samplers.ts";
import {
  createPart,
  definePart,
  functionsOf,
  type OwnPart,
  partFields,
  type PartKind,
  type PartTable,
} from "../parts.ts";

/** One of Thorax's own samplers; see {@linkcode sampler}. */
export interface NamedSampler<N extends SamplerName> {
  /** The sampler's name. */
  readonly type: N;
  /** False for file order, which only `original` can keep. */
  readonly shuffle: boolean;
}

/** What a sampler does. */
export interface SamplerFunctions {
  /** Draws one epoch's order; a pure function of the labels, the seed and the epoch. */
  readonly draw: Sampler["draw"];
}

/** The samplers that Thorax brings. */
export type BuiltInSampler = { readonly [N in SamplerName]: NamedSampler<N> }[SamplerName];

/** A sampler of the user's own; see {@linkcode defineSampler}. */
export type OwnSampler = OwnPart & SamplerFunctions;

/** How a recipe draws the training films of an epoch. */
export type EpochSampler = BuiltInSampler | OwnSampler;

const kindOf = <N extends SamplerName>(name: N): PartKind<NamedSampler<N>, SamplerFunctions> => ({
  fields: { shuffle: partFields.flag(true) },
  functions: ({ shuffle }) => ({ draw: (labels, options) => samplers[name].draw(labels, { ...options, shuffle }) }),
});

/** The built-in samplers by type. */
export const epochSamplers: PartTable<BuiltInSampler, SamplerFunctions> = {
  balanced: kindOf("balanced"),
  "rare-first": kindOf("rare-first"),
  original: kindOf("original"),
  binary: kindOf("binary"),
};

/** What a sampler does. */
export function samplerFunctions(sampler: EpochSampler): SamplerFunctions {
  return functionsOf(epochSamplers, sampler);
}

/**
 * One of Thorax's own samplers by name: `balanced`, the document's default, takes turns among the classes; `rare-first` begins
 * with the rarest; `original` shows each film once; `binary` as many normal films as abnormal ones.
 *
 * @throws {UserError} one line that names a wrong field
 *
 * @example
 * ```ts
 * import { sampler } from "@thorax/thorax";
 * const inFileOrder = sampler("original", { shuffle: false });
 * console.assert(JSON.stringify(inFileOrder) === '{"type":"original","shuffle":false}');
 * ```
 */
export function sampler(name: SamplerName, options: { readonly shuffle?: boolean } = {}): BuiltInSampler {
  return createPart<BuiltInSampler>(name, kindOf(name), options);
}

/**
 * A sampler of your own: a type, whatever numbers it has, and `draw`.
 *
 * @throws {UserError} where the type is a built-in one, or it has no function
 *
 * @example
 * ```ts
 * import { defineSampler } from "@thorax/thorax";
 * const everyOther = defineSampler({
 *   type: "everyOther",
 *   draw: (labels, { epoch }) => [...labels.keys()].filter((film) => film % 2 === epoch % 2),
 * });
 * ```
 */
export function defineSampler<S extends OwnSampler>(sampler: S): Readonly<S> {
  return definePart(epochSamplers, sampler);
}
