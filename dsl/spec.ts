import type { AdaptivePool } from "./adaptive_pool.ts";
import type { Attention } from "./attention.ts";
import type { BatchNorm } from "./batch_norm.ts";
import type { ClassToken } from "./class_token.ts";
import type { Concat } from "./concat.ts";
import type { Conv } from "./conv.ts";
import type { Dense } from "./dense.ts";
import type { Dropout } from "./dropout.ts";
import type { Flatten } from "./flatten.ts";
import type { Gelu } from "./gelu.ts";
import type { GlobalPool } from "./global_pool.ts";
import type { HardSigmoid } from "./hard_sigmoid.ts";
import type { HardSwish } from "./hard_swish.ts";
import type { Identity } from "./identity.ts";
import type { LayerNorm } from "./layer_norm.ts";
import type { LayerScale } from "./layer_scale.ts";
import type { Multiply } from "./multiply.ts";
import type { PatchEmbedding } from "./patch_embedding.ts";
import type { Pool } from "./pool.ts";
import type { Relu } from "./relu.ts";
import type { Repeat } from "./repeat.ts";
import type { Residual } from "./residual.ts";
import type { Sigmoid } from "./sigmoid.ts";
import type { Silu } from "./silu.ts";
import type { Stack } from "./stack.ts";
import type { StochasticDepth } from "./stochastic_depth.ts";
import type { Sum } from "./sum.ts";
import type { Tokens } from "./tokens.ts";

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
  sigmoid: Sigmoid;
  silu: Silu;
  hardSigmoid: HardSigmoid;
  hardSwish: HardSwish;
  dense: Dense;
  dropout: Dropout;
  flatten: Flatten;
  layerNorm: LayerNorm;
  gelu: Gelu;
  attention: Attention;
  layerScale: LayerScale;
  stochasticDepth: StochasticDepth;
  patchEmbedding: PatchEmbedding;
  tokens: Tokens;
  classToken: ClassToken;
}

/** All types that TypeScript knows of. Yours are added by `declare module "@thorax/thorax"`: see docs/dsl.md. */
export interface Layers extends BuiltinLayers {}

/** A network, or a part of one: frozen data, told apart by `type`, the same after JSON and back. */
export type Spec = Layers[keyof Layers];
