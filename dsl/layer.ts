import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import type { Precision } from "../ops/precision.ts";
import type { Absorb, Affine } from "./affine.ts";
import type { Fields } from "./fields.ts";
import type { Initializer } from "./initializers.ts";
import type { Bounds } from "./limits.ts";
import type { Spec } from "./spec.ts";
import type { At, Shape, Signal } from "./shape.ts";

/** What every spec has: the name of its definition. */
export interface AnySpec {
  readonly type: string;
}

/** Tensors by name: a model's by path, a layer's own by the names in its {@linkcode Layer.parameters}. */
export type Weights = Readonly<Record<string, Tensor>>;

/** A parameter as its layer declares it. */
export interface LayerParameter {
  readonly shape: Shape;
  readonly init: Initializer;
  /** The kernel whose fan-in and fan-out the initializer goes by, where that is not `shape`: a bias has its kernel's. */
  readonly fansOf?: Shape;
  /** False for statistics, which `apply` replaces and no gradient touches. Default true. */
  readonly trainable?: boolean;
}

/** How a forward pass runs. */
export interface Mode {
  /** Batch statistics and dropout, else running statistics and none. */
  readonly training: boolean;
  /** In what to compute; default float32. Weights, statistics and outputs are float32 in any case. */
  readonly precision?: Precision;
  /** Int32 `[2]`, needed by dropout in training; a tensor, so that a trace is not frozen to one value of it. */
  readonly seed?: Tensor1D;
  /** Activations are computed again in the backward pass: the same numbers from less memory. */
  readonly remat?: boolean;
}

/** The mode, as a layer sees it. */
export interface Run {
  readonly training: boolean;
  /** The layer's own random seed, int32 `[2]`: the model's, with the layer's path folded in. */
  seed(): Tensor1D;
}

/** What a forward pass gives. (A type and no interface, so that `tf.tidy` takes it for a container.) */
export type Applied = {
  readonly output: Tensor;
  /** New values of parameters that are not trainable, by the names they have in the weights. */
  readonly state: Weights;
};

interface Named<S extends AnySpec> {
  readonly type: S["type"];
  /** How each field is read, and its default: the constructor and `parse` both go by it. */
  readonly fields: Fields<S>;
  /** What is wrong with fields that are right one by one. */
  check?(spec: S): string | undefined;
}

/** The definition of a layer: everything that is known about its type. Shapes are without the batch. */
export interface Layer<S extends AnySpec = AnySpec> extends Named<S> {
  /** Shape inference; throws `at.error(…)` for a shape that does not fit. */
  shape(spec: S, input: Shape, at: At): Shape;
  /** What it owns, by leaf name; none by default. */
  parameters?(spec: S, input: Shape): Readonly<Record<string, LayerParameter>>;
  /** The computation on a batch, of ops that trace: no tensor is read on the host. */
  apply(spec: S, weights: Weights, x: Tensor, run: Run): Tensor | Applied;
  /** By what a layer that, out of training, only scales and moves each channel does so. It is folded into a layer before it. */
  affine?(spec: S, weights: Weights): Affine;
  /** How such a layer after this one is taken in. */
  readonly absorb?: Absorb<S>;
  /** Multiply-adds for one image; 0 by default. */
  multiplyAdds?(spec: S, input: Shape, output: Shape): number;
  /** What it asks for beyond its shapes, which `compile` limits; by default its multiply-adds. */
  bounds?(spec: S, input: Shape, output: Shape): Bounds;
  /** What `summary` prints beside the type. */
  summary?(spec: S): string;
}

/** A part of a combinator: its name, which becomes a part of paths, and its spec. */
export type Child = readonly [name: string, spec: Spec];

/** Makes one value of several: of shapes at compile time, of tensors afterwards. */
export interface Join {
  shape(values: readonly Signal[], at: At): Shape;
  apply(values: readonly Tensor[]): Tensor;
}

/** What a combinator wires its parts with. */
export interface Flow<V> {
  /** What the child of that name makes of a value. Each child is used once. */
  child(name: string, value: V): V;
  join(join: Join, values: readonly V[]): V;
}

/** The definition of a combinator: a way to put specs together. */
export interface Combinator<S extends AnySpec = AnySpec> extends Named<S> {
  children(spec: S): readonly Child[];
  /** How many children there are, where a number in the spec says so; asked before `children`. */
  copies?(spec: S): number;
  /** How values run through the children. Shapes and tensors take this same way, so what was checked is what runs. */
  wire<V>(spec: S, input: V, flow: Flow<V>): V;
}

/** What a `type` means. */
export type Definition<S extends AnySpec = AnySpec> = Layer<S> | Combinator<S>;
