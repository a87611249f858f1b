import type { Child } from "./any_spec.ts";
import type { Gelu, HardSigmoid, HardSwish, Identity, Relu, Sigmoid, Silu } from "./layers/activations.ts";
import type { AdaptivePool } from "./layers/adaptive_pool.ts";
import type { Attention } from "./layers/attention.ts";
import type { BatchNorm } from "./layers/batch_norm.ts";
import type { ClassToken } from "./layers/class_token.ts";
import type { Conv } from "./layers/conv.ts";
import type { Dense } from "./layers/dense.ts";
import type { Dropout } from "./layers/dropout.ts";
import type { Flatten } from "./layers/flatten.ts";
import type { GlobalPool } from "./layers/global_pool.ts";
import type { LayerNorm } from "./layers/layer_norm.ts";
import type { LayerScale } from "./layers/layer_scale.ts";
import type { PatchEmbedding } from "./layers/patch_embedding.ts";
import type { Pool } from "./layers/pool.ts";
import type { StochasticDepth } from "./layers/stochastic_depth.ts";
import type { Tokens } from "./layers/tokens.ts";

/** Specs that run one after another; made by `stack`. */
export interface Stack {
  /** The name of the combinator. */
  readonly type: "stack";
  /** The parts by name, in the order in which they run. */
  readonly children: readonly Child<Spec>[];
}

/** Copies of one spec that run one after another, each with parameters of its own; made by `repeat`. */
export interface Repeat {
  /** The name of the combinator. */
  readonly type: "repeat";
  /** The number of copies. */
  readonly times: number;
  /** What is copied. */
  readonly body: Spec;
}

/** body(x) + shortcut(x); made by `residual`. */
export interface Residual {
  /** The name of the combinator. */
  readonly type: "residual";
  /** The branch that computes. */
  readonly body: Spec;
  /** The branch around it, usually the identity. */
  readonly shortcut: Spec;
}

/** The sum of several parts of the same input; made by `sum`. */
export interface Sum {
  /** The name of the combinator. */
  readonly type: "sum";
  /** The parts by name. */
  readonly children: readonly Child<Spec>[];
}

/** The product of several parts of the same input; made by `multiply`. */
export interface Multiply {
  /** The name of the combinator. */
  readonly type: "multiply";
  /** The parts by name; the first one's shape is the output's. */
  readonly children: readonly Child<Spec>[];
}

/** The channels of several parts of the same input, side by side; made by `concat`. */
export interface Concat {
  /** The name of the combinator. */
  readonly type: "concat";
  /** The parts by name, in the order of their channels. */
  readonly children: readonly Child<Spec>[];
}

/** The types that come with the language, and their specs. */
export interface BuiltinLayers {
  /** One after another. */
  stack: Stack;
  /** Copies, one after another. */
  repeat: Repeat;
  /** A body and a shortcut, added. */
  residual: Residual;
  /** Parts, added. */
  sum: Sum;
  /** Parts, multiplied. */
  multiply: Multiply;
  /** Parts, their channels side by side. */
  concat: Concat;
  /** The input itself. */
  identity: Identity;
  /** A convolution. */
  conv: Conv;
  /** Pooling over windows. */
  pool: Pool;
  /** Pooling to a given size. */
  adaptivePool: AdaptivePool;
  /** Pooling to one value for each channel. */
  globalPool: GlobalPool;
  /** Batch normalization. */
  batchNorm: BatchNorm;
  /** max(x, 0). */
  relu: Relu;
  /** The logistic function. */
  sigmoid: Sigmoid;
  /** x · σ(x). */
  silu: Silu;
  /** A piecewise linear sigmoid. */
  hardSigmoid: HardSigmoid;
  /** x times its hard sigmoid. */
  hardSwish: HardSwish;
  /** A fully connected layer. */
  dense: Dense;
  /** Dropout of single values. */
  dropout: Dropout;
  /** Any shape as a vector. */
  flatten: Flatten;
  /** Layer normalization. */
  layerNorm: LayerNorm;
  /** x · Φ(x). */
  gelu: Gelu;
  /** Multi-head self-attention. */
  attention: Attention;
  /** A learned scale for each channel. */
  layerScale: LayerScale;
  /** Dropout of whole samples. */
  stochasticDepth: StochasticDepth;
  /** A linear map of each patch. */
  patchEmbedding: PatchEmbedding;
  /** An image as a sequence of tokens. */
  tokens: Tokens;
  /** The first token of a sequence. */
  classToken: ClassToken;
}

/** All types that TypeScript knows. Add your own by `declare module "@thorax/thorax"`: see docs/dsl.md. */
export interface Layers extends BuiltinLayers {}

/** A network or a part of one: frozen data, told apart by `type`, the same after JSON and back. */
export type Spec = Layers[keyof Layers];
