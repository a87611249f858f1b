import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { filled } from "../../ops/filled.ts";
import { type Precision, toBfloat16, toFloat32 } from "../../ops/precision.ts";
import { randomStream } from "../../random.ts";
import { showPlace, showShape, SpecError } from "../errors.ts";
import { findFolds, foldTree, foldWeights, weightsOf } from "./fold.ts";
import { draw, type Initializer } from "../initializers.ts";
import type { Applied, Definition, Mode, Run, Weights } from "../layer.ts";
import { lookup } from "../table.ts";
import { Allowance, type Limits, withinStack } from "../limits.ts";
import { join } from "../path.ts";
import { poolFirst } from "./pool_first.ts";
import { inSegments, runSegment } from "./remat.ts";
import { type Place, sameShape, type Shape } from "../shape.ts";
import type { Spec } from "../spec.ts";
import { childOf, grow, type Leaf, leaves, type Tree } from "./tree.ts";

/** A parameter of a model. */
export interface Parameter {
  /** The path of its layer and its name there: `layer2/0/block/body/conv1/kernel`. */
  readonly path: string;
  readonly shape: Shape;
  readonly dtype: "float32";
  /** Whether gradients change it. The others are statistics, which `apply` returns as `state`, or frozen (see freeze.ts). */
  readonly trainable: boolean;
  readonly initializer: Initializer;
  /** The kernel whose fans the initializer goes by. */
  readonly fansOf: Shape;
}

/** A compiled spec: a table of parameters and two functions. It holds no weights. */
export interface Model {
  readonly spec: Spec;
  /** The shape of one image, `[H, W, C]`. */
  readonly input: Shape;
  readonly output: Shape;
  /** In the order in which the layers run. */
  readonly parameters: readonly Parameter[];
  /** The spec with every shape: what `summary` walks. */
  readonly tree: Tree;
  /** First weights. Each is drawn from the seed and its own path, so no layer disturbs another's. */
  init(seed: number): Weights;
  /**
   * The forward pass of a batch `[N, H, W, C]`, eager on any backend, under `tf.valueAndGrads`, or traced. In training
   * `state` holds the new values of what is not trainable, by path; else it is empty. Nothing else is left allocated.
   *
   * @throws {TypeError} for a batch of another shape, a weight that is missing, or dropout without a seed
   */
  apply(weights: Weights, x: Tensor, mode: Mode): Applied;
  /**
   * The model and its weights for when nothing is trained, with batch norms folded into the convolutions before them: the same
   * outputs but for rounding. Where weights change, `apply` stays the same function: what was compiled of it goes on serving.
   *
   * @throws {TypeError} for a weight that is missing
   */
  forInference(weights: Weights): Inference;
}

/** What {@linkcode Model.forInference} gives. */
export interface Inference {
  /** Tensors of the caller's, to be disposed; those that folding left alone share their memory with the ones given. */
  readonly weights: Weights;
  /** Outputs of a batch `[N, H, W, C]` with such weights. */
  apply(weights: Weights, x: Tensor, precision?: Precision): Tensor;
}

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  /** The shape of one image, `[H, W, C]`. */
  readonly input: Shape;
  /** Definitions of your own, from `defineLayer`. */
  readonly layers?: readonly Definition[];
  /** How much the spec may ask for, where that differs from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
}

/**
 * Makes a model of a spec. Every shape is checked here, before any tensor exists, and so is how much memory and time it would take.
 *
 * @throws {ShapeError} where a layer cannot take what reaches it
 * @throws {SpecError} for a type that is unknown, and for a spec that asks for more than the limits
 *
 * @example
 * ```ts
 * import { compile } from "./compile.ts";
 * import { conv } from "../layers/conv.ts";
 * import { dense } from "../layers/dense.ts";
 * import { globalPool } from "../layers/global_pool.ts";
 * import { stack } from "../combinators/stack.ts";
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

/** The model of a spec whose shapes are inferred. */
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

/** A parameter's first weights, which {@linkcode Model.init} gives all of. */
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

/** Runs the tree of a model. What layers make of a bfloat16 tensor is one, unless they know better (see ops/precision.ts). */
function runIn(precision: Precision = "float32", tree: Tree, weights: Weights, x: Tensor, mode: Mode): Applied {
  return withinStack(() => {
    if (precision === "float32") return run(tree, weights, x, mode);
    return tf.tidy(() => {
      const { output, state } = run(tree, weights, toBfloat16(x), mode);
      return { output: toFloat32(output), state };
    });
  });
}

/** Runs a tree; `state` is by path. */
function run(tree: Tree, weights: Weights, x: Tensor, mode: Mode): Applied {
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

function runLeaf(leaf: Leaf, weights: Weights, x: Tensor, mode: Mode): Applied {
  const { layer, spec, path } = leaf;
  const applied = layer.apply(spec, weightsOf(leaf, weights), x, runAt({ path, type: spec.type }, mode));
  if (!("output" in applied)) return { output: applied, state: {} };
  const state = Object.entries(applied.state).map(([name, value]) => [join(path, name), value]);
  return { output: applied.output, state: Object.fromEntries(state) };
}

/** The mode with a seed for one place. The two hashes are added in the graph: the seed's value is never read. */
function runAt(place: Place, { training, seed }: Mode): Run {
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
