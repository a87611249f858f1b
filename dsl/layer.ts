import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import type { Precision } from "../ops/precision.ts";
import type { AnySpec, Child } from "./any_spec.ts";
import type { Fields } from "./fields.ts";
import type { Initializer } from "./initializers.ts";
import type { Shape, Signal } from "./shape.ts";
import type { At } from "./shape_inference.ts";

/** Tensors by name: a model's by path, a layer's own by the names in its {@linkcode Layer.parameters}. */
export type Weights = Readonly<Record<string, Tensor>>;

/** A parameter as its layer declares it. */
export interface LayerParameter {
  /** The parameter's shape: `[kh, kw, C, filters]` of a kernel. */
  readonly shape: Shape;
  /** How the first values are drawn. */
  readonly init: Initializer;
  /** The kernel whose fan-in and fan-out scale the initializer, where that is not `shape`: a bias uses its kernel's. */
  readonly fansOf?: Shape;
  /** False for statistics, which `apply` replaces and no gradient touches. Default true. */
  readonly trainable?: boolean;
}

/** How a forward pass runs. */
export interface Mode {
  /** Whether batch norm uses the batch's statistics and dropout drops; otherwise batch norm uses running statistics. */
  readonly training: boolean;
  /** The precision of the computation; default float32. Weights, statistics and outputs are float32 in either case. */
  readonly precision?: Precision;
  /** Int32 `[2]`, needed by dropout in training; a tensor, so that a trace is not frozen to one value of it. */
  readonly seed?: Tensor1D;
  /**
   * Whether the backward pass computes activations again instead of keeping them: the same numbers from less memory.
   */
  readonly remat?: boolean;
}

/** The mode, as a layer sees it. */
export interface LayerMode {
  /** Whether this is a training step. */
  readonly training: boolean;
  /** The layer's own random seed, int32 `[2]`: the model's, with the layer's path folded in. */
  seed(): Tensor1D;
}

/** What a forward pass returns. (A type and not an interface, so that `tf.tidy` accepts it as a container.) */
export type ApplyResult = {
  /** The layer's or the model's output, `[N, …]`. */
  readonly output: Tensor;
  /** New values of parameters that are not trainable, by the names they have in the weights. */
  readonly state: Weights;
};

/** A scale and an offset for each channel: x becomes x·scale + offset. Both `[C]`. */
export interface Affine {
  /** The factor of each channel, `[C]`. */
  readonly scale: Tensor;
  /** What is added to each channel after scaling, `[C]`. */
  readonly offset: Tensor;
}

/** How a layer absorbs an affine layer that follows it, so that both become one layer. */
export interface Absorb<S> {
  /** The spec of the two as one layer. */
  spec(spec: S): S;
  /** The layer's weights, by the names in its parameters, with the affine multiplied in. */
  weights(weights: Weights, affine: Affine): Weights;
}

/** What a layer uses beyond the sizes of its shapes; `compile` checks each against its limit. */
export interface Bounds {
  /** Zeros on one side of the image. */
  readonly padding?: number;
  /** The largest side, stride or dilation of a window. */
  readonly window?: number;
  /** Attention scores for one image, over all heads. */
  readonly scores?: number;
  /** Multiply-adds for one image; by default the layer's own. */
  readonly multiplyAdds?: number;
}

/** What the definitions of layers and combinators have in common. */
export interface DefinitionBase<S extends AnySpec> {
  /** The name in the `type` of every spec of this kind. */
  readonly type: S["type"];
  /** How each field is read, and its default: the constructor and `parse` both use it. */
  readonly fields: Fields<S>;
  /** Checks what no single field can tell. Returns what is wrong, or nothing. */
  check?(spec: S): string | undefined;
}

/** The definition of a layer: everything that is known about its type. Shapes are without the batch. */
export interface Layer<S extends AnySpec = AnySpec> extends DefinitionBase<S> {
  /** Infers the output's shape; throws `at.error(…)` for an input that does not fit. */
  shape(spec: S, input: Shape, at: At): Shape;
  /** The layer's parameters by name; none by default. */
  parameters?(spec: S, input: Shape): Readonly<Record<string, LayerParameter>>;
  /** Computes the output of a batch, using ops that trace: it reads no tensor on the host. */
  apply(spec: S, weights: Weights, x: Tensor, run: LayerMode): Tensor | ApplyResult;
  /**
   * The scale and offset of a layer that, in inference, does nothing else. `forInference` folds it into the layer
   * before it.
   */
  affine?(spec: S, weights: Weights): Affine;
  /** How this layer absorbs an affine layer that follows it. */
  readonly absorb?: Absorb<S>;
  /** Whether the layer applies a function that never decreases to each element, so that it commutes with a maximum. */
  readonly isMonotonic?: boolean;
  /**
   * Whether the layer takes maxima over windows. `compile` moves it before a monotonic layer, which then has less to
   * do.
   */
  takesMaxima?(spec: S): boolean;
  /** Multiply-adds for one image; 0 by default. */
  multiplyAdds?(spec: S, input: Shape, output: Shape): number;
  /** What the layer uses beyond its shapes, which `compile` limits; by default its multiply-adds. */
  bounds?(spec: S, input: Shape, output: Shape): Bounds;
  /** The details that `summary` prints beside the type. */
  summary?(spec: S): string;
}

/** Merges several values into one: shapes at compile time, tensors when the model runs. */
export interface Join {
  /** The shape of the merged value; throws `at.error(…)` for shapes that do not go together. */
  shape(values: readonly Signal[], at: At): Shape;
  /** The merged tensor. */
  apply(values: readonly Tensor[]): Tensor;
}

/**
 * What a combinator connects its parts with. `V` stands for a shape at compile time and for a tensor when the model
 * runs.
 */
export interface Flow<V> {
  /** Runs the child of that name on a value. Each child is used once. */
  child(name: string, value: V): V;
  /** Merges values into one. */
  join(join: Join, values: readonly V[]): V;
}

/** The definition of a combinator: a way to put specs together. */
export interface Combinator<S extends AnySpec = AnySpec> extends DefinitionBase<S> {
  /** The combinator's parts by name, in the order in which they run. */
  children(spec: S): readonly Child[];
  /** The number of children, where a field of the spec sets it; `compile` asks for it before it calls `children`. */
  copies?(spec: S): number;
  /** Runs a value through the children. Shapes and tensors take this same path, so what was checked is what runs. */
  wire<V>(spec: S, input: V, flow: Flow<V>): V;
}

/** The definition behind a `type`: a layer or a combinator. */
export type Definition<S extends AnySpec = AnySpec> = Layer<S> | Combinator<S>;
