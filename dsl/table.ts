import { didYouMean } from "../errors.ts";
import { adaptivePoolLayer } from "./layers/adaptive_pool.ts";
import { attentionLayer } from "./layers/attention.ts";
import { batchNormLayer } from "./layers/batch_norm.ts";
import { classTokenLayer } from "./layers/class_token.ts";
import { concatCombinator } from "./combinators/concat.ts";
import { convLayer } from "./layers/conv.ts";
import { denseLayer } from "./layers/dense.ts";
import { dropoutLayer } from "./layers/dropout.ts";
import { SpecError } from "./errors.ts";
import { flattenLayer } from "./layers/flatten.ts";
import { activations } from "./layers/activations.ts";
import { globalPoolLayer } from "./layers/global_pool.ts";
import type { Definition } from "./layer.ts";
import { layerNormLayer } from "./layers/layer_norm.ts";
import { layerScaleLayer } from "./layers/layer_scale.ts";
import { multiplyCombinator } from "./combinators/multiply.ts";
import { patchEmbeddingLayer } from "./layers/patch_embedding.ts";
import { poolLayer } from "./layers/pool.ts";
import { repeatCombinator } from "./combinators/repeat.ts";
import { residualCombinator } from "./combinators/residual.ts";
import type { BuiltinLayers } from "./spec.ts";
import { stackCombinator } from "./combinators/stack.ts";
import { stochasticDepthLayer } from "./layers/stochastic_depth.ts";
import { sumCombinator } from "./combinators/sum.ts";
import { tokensLayer } from "./layers/tokens.ts";

const builtin: { readonly [K in keyof BuiltinLayers]: Definition<BuiltinLayers[K]> } = {
  stack: stackCombinator,
  repeat: repeatCombinator,
  residual: residualCombinator,
  sum: sumCombinator,
  multiply: multiplyCombinator,
  concat: concatCombinator,
  ...activations,
  conv: convLayer,
  pool: poolLayer,
  adaptivePool: adaptivePoolLayer,
  globalPool: globalPoolLayer,
  batchNorm: batchNormLayer,
  dense: denseLayer,
  dropout: dropoutLayer,
  flatten: flattenLayer,
  layerNorm: layerNormLayer,
  attention: attentionLayer,
  layerScale: layerScaleLayer,
  stochasticDepth: stochasticDepthLayer,
  patchEmbedding: patchEmbeddingLayer,
  tokens: tokensLayer,
  classToken: classTokenLayer,
};

/** Finds the definition of a type; `path` is for the error. */
export type Lookup = (type: string, path: string) => Definition;

/**
 * Makes a lookup of the built-in definitions and a user's own.
 *
 * @throws {SpecError} for a definition of a type that exists already; the lookup throws it for a type without a
 * definition
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
