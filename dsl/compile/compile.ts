import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { filled } from "../../ops/filled.ts";
import { type Precision, toBfloat16, toFloat32 } from "../../ops/precision.ts";
import { randomStream } from "../../random.ts";
import { showPlace, showShape, SpecError } from "../errors.ts";
import { findFolds, foldTree, foldWeights, weightsOf } from "./fold.ts";
import { draw, type Initializer } from "../initializers.ts";
import type { ApplyResult, Definition, LayerMode, Mode, Weights } from "../layer.ts";
import { lookup } from "../table.ts";
import { Allowance, type Limits, withinStack } from "../limits.ts";
import { join } from "../path.ts";
import { poolFirst } from "./pool_first.ts";
import { inSegments, runSegment } from "./remat.ts";
import { type Place, sameShape, type Shape } from "../shape.ts";
import type { Spec } from "../spec.ts";
import { childOf, grow, type Leaf, leaves, type Tree } from "./tree.ts";

/** A parameter of a compiled model. */
export interface Parameter {
  /** The path of its layer and its name there: `layer2/0/block/body/conv1/kernel`. */
  readonly path: string;
  /** The parameter's shape. */
  readonly shape: Shape;
  /** The element type, in any precision of the computation. */
  readonly dtype: "float32";
  /**
   * Whether gradients change it. The others are frozen (see `freeze`), or statistics that `apply` returns as `state`.
   */
  readonly trainable: boolean;
  /** How the first values are drawn. */
  readonly initializer: Initializer;
  /** The kernel whose fans scale the initializer. */
  readonly fansOf: Shape;
}

/** A compiled spec: a table of parameters and two functions. It holds no weights. */
export interface Model {
  /** The spec that was compiled. */
  readonly spec: Spec;
  /** The shape of one image, `[H, W, C]`. */
  readonly input: Shape;
  /** The shape of one image's output: `[15]` for 15 logits. */
  readonly output: Shape;
  /** The parameters, in the order in which the layers run. */
  readonly parameters: readonly Parameter[];
  /** The spec with every shape inferred, which `summary` lists. */
  readonly tree: Tree;
  /** Draws first weights. Each depends on the seed and its own path alone, so adding a layer changes no other's. */
  init(seed: number): Weights;
  /**
   * The forward pass of a batch `[N, H, W, C]`, eager on any backend, under `tf.valueAndGrads`, or traced. In training
   * `state` holds the new values of what is not trainable, by path; else it is empty. Nothing else is left allocated.
   *
   * @throws {TypeError} for a batch of another shape, a weight that is missing, or dropout without a seed
   */
  apply(weights: Weights, x: Tensor, mode: Mode): ApplyResult;
  /**
   * Prepares the model for inference: it folds batch norms into the convolutions before them, which changes outputs by
   * rounding alone. `apply` is the same function whatever the weights are, so a function that `jit` made of it serves
   * them all.
   *
   * @throws {TypeError} for a weight that is missing
   */
  forInference(weights: Weights): Inference;
}

/** A model prepared for inference by {@linkcode Model.forInference}. */
export interface Inference {
  /** The folded weights, for the caller to dispose; those that folding left alone share memory with the ones given. */
  readonly weights: Weights;
  /** Computes the outputs of a batch `[N, H, W, C]` from folded weights. */
  apply(weights: Weights, x: Tensor, precision?: Precision): Tensor;
}

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  /** The shape of one image, `[H, W, C]`. */
  readonly input: Shape;
  /** Your own definitions, from `defineLayer`. */
  readonly layers?: readonly Definition[];
  /** Limits that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
}

/**
 * Makes a model of a spec. It checks every shape, and the memory and time that the model would take, before any tensor
 * exists.
 *
 * @throws {ShapeError} where a layer cannot take what reaches it
 * @throws {SpecError} for an unknown type, and for a spec that exceeds a limit
 *
 * @example
 * ```ts
 * import { compile, conv, dense, globalPool, stack } from "@thorax/thorax";
 * const model = compile(stack([conv(8, 3), globalPool(), dense(15)]), { input: [224, 224, 1] });
 * console.assert(model.output[0] === 15 && model.parameters[0].path === "0/kernel");
 * ```
 */
export function compile(spec: Spec, { input, layers = [], limits }: CompileOptions): Model {
  if (!input.every((size) => Number.isInteger(size) && size > 0)) {
    throw new SpecError(`input must be positive integers such as [224, 224, 1], got ${showShape(input)}`);
  }
  const allowance = new Allowance(limits);
  allowance.input(input);
  const signal = { shape: input, from: { path: "", type: "the input" } };
  return withinStack(() => modelOf(grow(spec, "", signal, { find: lookup(layers), allowance })));
}

/** Makes the model of a spec whose shapes are inferred. */
export function modelOf(tree: Tree): Model {
  const { input } = tree;
  const parameters = leaves(tree).flatMap(parametersOf);
  const checkBatch = (x: Tensor) => {
    if (sameShape(x.shape.slice(1), input)) return;
    throw new TypeError(`expected a batch [N, ${input.join(", ")}], got ${showShape(x.shape)}`);
  };
  const folds = findFolds(tree), folded = poolFirst(foldTree(tree, folds));
  const reordered = poolFirst(tree);
  const infer: Inference["apply"] = (weights, x, precision) => {
    checkBatch(x);
    return runIn(precision, folded, weights, x, { training: false }).output;
  };
  return {
    spec: tree.spec as Spec,
    input,
    output: tree.output.shape,
    parameters,
    tree,
    init: (seed) => Object.fromEntries(parameters.map((parameter) => [parameter.path, firstValue(parameter, seed)])),
    apply(weights, x, mode) {
      checkBatch(x);
      return runIn(mode.precision, mode.remat ? poolFirst(inSegments(tree)) : reordered, weights, x, mode);
    },
    forInference: (weights) => ({ weights: foldWeights(tree, folds, weights), apply: infer }),
  };
}

/** Draws one parameter's first values, as {@linkcode Model.init} does for all. */
export function firstValue({ path, shape, initializer, fansOf }: Parameter, seed: number): Tensor {
  const stream = randomStream(seed, "init", path);
  return filled(shape, (values) => void draw(initializer, values, fansOf, stream));
}

function parametersOf(leaf: Leaf): Parameter[] {
  return Object.entries(leaf.parameters).map(([name, { shape, init, fansOf = shape, trainable = true }]) => ({
    path: join(leaf.path, name),
    shape,
    dtype: "float32",
    trainable,
    initializer: init,
    fansOf,
  }));
}

/**
 * Runs a model's tree. Under bfloat16 it rounds the input, and each layer then computes in the precision of what it
 * gets.
 */
function runIn(precision: Precision = "float32", tree: Tree, weights: Weights, x: Tensor, mode: Mode): ApplyResult {
  return withinStack(() => {
    if (precision === "float32") return run(tree, weights, x, mode);
    return tf.tidy(() => {
      const { output, state } = run(tree, weights, toBfloat16(x), mode);
      return { output: toFloat32(output), state };
    });
  });
}

/** Runs a tree; `state` is by path. */
function run(tree: Tree, weights: Weights, x: Tensor, mode: Mode): ApplyResult {
  return tf.tidy(() => {
    if ("layer" in tree) return runLeaf(tree, weights, x, mode);
    if (tree.isSegment) return runSegment(tree, weights, x, mode, run);
    const state: Record<string, Tensor> = {};
    const output = tree.combinator.wire<Tensor>(tree.spec, x, {
      child(name, value) {
        const applied = run(childOf(tree.children, name, tree), weights, value, mode);
        Object.assign(state, applied.state);
        return applied.output;
      },
      join: (join, values) => join.apply(values),
    });
    return { output, state };
  });
}

function runLeaf(leaf: Leaf, weights: Weights, x: Tensor, mode: Mode): ApplyResult {
  const { layer, spec, path } = leaf;
  const applied = layer.apply(spec, weightsOf(leaf, weights), x, runAt({ path, type: spec.type }, mode));
  if (!("output" in applied)) return { output: applied, state: {} };
  const state = Object.entries(applied.state).map(([name, value]) => [join(path, name), value]);
  return { output: applied.output, state: Object.fromEntries(state) };
}

/** The mode of one layer. Its seed adds two hashes of the path in the graph, so no seed's value is ever read. */
function runAt(place: Place, { training, seed }: Mode): LayerMode {
  return {
    training,
    seed() {
      if (!seed) {
        throw new TypeError(`${showPlace(place)}: training needs a seed; pass apply() one, an int32 [2] tensor`);
      }
      const stream = randomStream(0, place.path);
      const offset: Tensor1D = tf.tensor1d([stream.integer(2 ** 31), stream.integer(2 ** 31)], "int32");
      return tf.add(seed, offset);
    },
  };
}
