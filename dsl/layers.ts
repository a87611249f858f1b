import { didYouMean } from "../errors.ts";
import { type AdaptivePool, adaptivePoolLayer } from "./adaptive_pool.ts";
import { type BatchNorm, batchNormLayer } from "./batch_norm.ts";
import { type Concat, concatCombinator } from "./concat.ts";
import { type Conv, convLayer } from "./conv.ts";
import { type Dense, denseLayer } from "./dense.ts";
import { type Dropout, dropoutLayer } from "./dropout.ts";
import { SpecError } from "./errors.ts";
import { type Flatten, flattenLayer } from "./flatten.ts";
import { type GlobalPool, globalPoolLayer } from "./global_pool.ts";
import { type Identity, identityLayer } from "./identity.ts";
import type { AnySpec, Combinator, Definition, Layer } from "./layer.ts";
import { type Multiply, multiplyCombinator } from "./multiply.ts";
import { type Pool, poolLayer } from "./pool.ts";
import { type Relu, reluLayer } from "./relu.ts";
import { type Repeat, repeatCombinator } from "./repeat.ts";
import { type Residual, residualCombinator } from "./residual.ts";
import { type Stack, stackCombinator } from "./stack.ts";
import { type Sum, sumCombinator } from "./sum.ts";

/** The types that come with the language, and their specs. */
export interface BuiltinLayers {
  stack: Stack;
  repeat: Repeat;
  residual: Residual;
  sum: Sum;
  multiply: Multiply;
  concat: Concat;
  identity: Identity;
  conv: Conv;
  pool: Pool;
  adaptivePool: AdaptivePool;
  globalPool: GlobalPool;
  batchNorm: BatchNorm;
  relu: Relu;
  dense: Dense;
  dropout: Dropout;
  flatten: Flatten;
}

/** All types that TypeScript knows of. Declare a type of your own here by module augmentation: see `docs/dsl.md`. */
export interface Layers extends BuiltinLayers {}

/** A network, or a part of one: frozen data, told apart by `type`, the same after JSON and back. */
export type Spec = Layers[keyof Layers];

const builtin: { readonly [K in keyof BuiltinLayers]: Definition<BuiltinLayers[K]> } = {
  stack: stackCombinator,
  repeat: repeatCombinator,
  residual: residualCombinator,
  sum: sumCombinator,
  multiply: multiplyCombinator,
  concat: concatCombinator,
  identity: identityLayer,
  conv: convLayer,
  pool: poolLayer,
  adaptivePool: adaptivePoolLayer,
  globalPool: globalPoolLayer,
  batchNorm: batchNormLayer,
  relu: reluLayer,
  dense: denseLayer,
  dropout: dropoutLayer,
  flatten: flattenLayer,
};

/** Finds what a type means; `path` is for the error. */
export type Lookup = (type: string, path: string) => Definition;

/**
 * The built-in definitions and a user's own.
 *
 * @throws {SpecError} for a type that is there already; the lookup throws it for a type that is not
 */
export function lookup(own: readonly Definition[]): Lookup {
  const definitions = new Map<string, Definition>(Object.entries(builtin));
  for (const definition of own) {
    if (definitions.has(definition.type)) {
      throw new SpecError(`there is a layer of type "${definition.type}" already; give yours another name`);
    }
    definitions.set(definition.type, definition);
  }
  return (type, path) => {
    const definition = definitions.get(type);
    if (definition) return definition;
    const place = path ? `${path}: ` : "";
    const hint = didYouMean(type, definitions.keys()) || '; pass your own as "layers"';
    throw new SpecError(`${place}there is no layer of type "${type}"${hint}`);
  };
}

/**
 * Types the definition of a layer or combinator of your own; it goes to `compile` and `parse` as `layers`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { defineLayer } from "./layers.ts";
 * interface Swish {
 *   readonly type: "swish";
 * }
 * export const swishLayer = defineLayer<Swish>({
 *   type: "swish",
 *   fields: {},
 *   shape: (_, input) => input,
 *   apply: (_, __, x) => tf.mul(x, tf.sigmoid(x)),
 * });
 * ```
 */
export function defineLayer<S extends AnySpec>(definition: Layer<S>): Layer<S>;
export function defineLayer<S extends AnySpec>(definition: Combinator<S>): Combinator<S>;
export function defineLayer<S extends AnySpec>(definition: Definition<S>): Definition<S> {
  return definition;
}
