import * as tf from "@tensorflow/tfjs-core";
import { chainOf, stackOf } from "./chain.ts";
import { type Model, modelOf } from "./compile.ts";
import { join } from "../path.ts";
import { sameShape } from "../shape.ts";
import { type Leaf, leaves, mapLeaves, type Tree } from "./tree.ts";

/** A model of which only some parameters are trained, in two parts. */
export interface FrozenModel {
  /** The whole model. FrozenModel parameters are not `trainable` in its table. */
  readonly model: Model;
  /**
   * The part before everything that is trained, which always runs as in inference; absent where the first part is
   * trained.
   */
  readonly body?: Model;
  /**
   * The part that turns the body's output into the model's. Its parameters have the names that they have in the whole
   * model.
   */
  readonly rest: Model;
}

/**
 * Freezes parameters of a model. It cuts the model before the first part that is trained. The part before the cut, the
 * body, runs as in inference: no gradient, no dropout, and batch norms use their running statistics, folded where
 * possible. After the cut, a layer whose parameters are all frozen runs as in inference too, so a frozen batch norm
 * keeps its statistics, as in Keras. Layers directly before the cut that keep the shape and have no parameters, such as
 * dropout, belong to the trained part.
 *
 * @throws {TypeError} if every parameter is frozen
 *
 * @example
 * ```ts
 * import { compile, conv, dense, freeze, globalPool, stack } from "@thorax/thorax";
 * const model = compile(stack([conv(8, 3), globalPool(), dense(15)]), { input: [224, 224, 1] });
 * const { body, rest } = freeze(model, (path) => path.startsWith("0/"));
 * console.assert(body?.output[0] === 8 && rest.parameters[0].path === "2/kernel");
 * ```
 */
export function freeze({ tree }: Model, isFrozen: (path: string) => boolean): FrozenModel {
  const frozen = mapLeaves(tree, (leaf) => freezeLeaf(leaf, isFrozen));
  const parts = chainOf(frozen);
  let cut = parts.findIndex((part) => leaves(part).some(isTrainable));
  if (cut < 0) throw new TypeError("every parameter is frozen: nothing is left to train");
  while (cut > 0 && keepsShape(parts[cut - 1])) cut--;
  const whole = modelOf(frozen);
  if (cut === 0) return { model: whole, rest: whole };
  const body = modelOf(stackOf(parts.slice(0, cut))), rest = modelOf(stackOf(parts.slice(cut)));
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
  if (!isTrainable(leaf) || isTrainable({ parameters })) return { ...leaf, parameters };
  const apply: typeof layer.apply = (spec, weights, x, run) =>
    layer.apply(spec, weights, x, { ...run, training: false });
  return { ...leaf, parameters, layer: { ...layer, apply } };
}

function isTrainable({ parameters }: Pick<Leaf, "parameters">): boolean {
  return Object.values(parameters).some(({ trainable = true }) => trainable);
}

function keepsShape(part: Tree): boolean {
  const isBare = leaves(part).every(({ parameters }) => Object.keys(parameters).length === 0);
  return isBare && sameShape(part.input, part.output.shape);
}
