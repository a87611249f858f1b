import * as tf from "@tensorflow/tfjs-core";
import { chainOf, inARow } from "./chain.ts";
import { type Model, modelOf } from "./compile.ts";
import { join } from "../path.ts";
import { sameShape } from "../shape.ts";
import { type Leaf, leaves, mapLeaves, type Tree } from "./tree.ts";

/** A model of which only some parameters are trained. */
export interface Frozen {
  /** All of it; what is frozen is not `trainable` in its table. */
  readonly model: Model;
  /** What runs before everything that is trained, and always as in inference; absent where the first part is trained. */
  readonly body?: Model;
  /** What makes the model's output of the body's, its parameters under the names that they have in the whole. */
  readonly rest: Model;
}

/**
 * Freezes parameters of a model: no gradient is computed of them, nor for what runs before everything that is trained. That
 * part, the body, runs as in inference: no dropout, and batch norms by their running statistics, folded where they can be.
 * Behind it a layer of which nothing is trained any more does so too: as in Keras a frozen batch norm keeps its statistics
 * and goes by them. Dropout, and what else keeps the shape and has no parameters, directly before the first trained part
 * belongs to that.
 *
 * @throws {TypeError} where nothing is left to train
 *
 * @example
 * ```ts
 * import { compile } from "./compile.ts";
 * import { conv } from "../layers/conv.ts";
 * import { dense } from "../layers/dense.ts";
 * import { freeze } from "./freeze.ts";
 * import { globalPool } from "../layers/global_pool.ts";
 * import { stack } from "../combinators/stack.ts";
 * const model = compile(stack([conv(8, 3), globalPool(), dense(15)]), { input: [224, 224, 1] });
 * const { body, rest } = freeze(model, (path) => path.startsWith("0/"));
 * console.assert(body?.output[0] === 8 && rest.parameters[0].path === "2/kernel");
 * ```
 */
export function freeze({ tree }: Model, isFrozen: (path: string) => boolean): Frozen {
  const frozen = mapLeaves(tree, (leaf) => freezeLeaf(leaf, isFrozen));
  const parts = chainOf(frozen);
  let cut = parts.findIndex((part) => leaves(part).some(isTrained));
  if (cut < 0) throw new TypeError("every parameter is frozen: nothing is left to train");
  while (cut > 0 && keepsShape(parts[cut - 1])) cut--;
  const whole = modelOf(frozen);
  if (cut === 0) return { model: whole, rest: whole };
  const body = modelOf(inARow(parts.slice(0, cut))), rest = modelOf(inARow(parts.slice(cut)));
  const apply: Model["apply"] = (weights, x, mode) =>
    tf.tidy(() => {
      const inference = body.forInference(weights);
      return rest.apply(weights, inference.apply(inference.weights, x, mode.precision), mode);
    });
  return { model: { ...whole, apply }, body, rest };
}

function freezeLeaf(leaf: Leaf, isFrozen: (path: string) => boolean): Leaf {
  const parameters = Object.fromEntries(
    Object.entries(leaf.parameters).map(([name, parameter]) =>
      isFrozen(join(leaf.path, name)) ? [name, { ...parameter, trainable: false }] : [name, parameter]
    ),
  );
  const { layer } = leaf;
  if (!isTrained(leaf) || isTrained({ parameters })) return { ...leaf, parameters };
  const apply: typeof layer.apply = (spec, weights, x, run) =>
    layer.apply(spec, weights, x, { ...run, training: false });
  return { ...leaf, parameters, layer: { ...layer, apply } };
}

function isTrained({ parameters }: Pick<Leaf, "parameters">): boolean {
  return Object.values(parameters).some(({ trainable = true }) => trainable);
}

function keepsShape(part: Tree): boolean {
  const isBare = leaves(part).every(({ parameters }) => Object.keys(parameters).length === 0);
  return isBare && sameShape(part.input, part.output.shape);
}
