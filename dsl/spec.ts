import type { AdaptivePool } from "./layers/adaptive_pool.ts";
import type { Attention } from "./layers/attention.ts";
import type { BatchNorm } from "./layers/batch_norm.ts";
import type { ClassToken } from "./layers/class_token.ts";
import type { Concat } from "./combinators/concat.ts";
import type { Conv } from "./layers/conv.ts";
import type { Dense } from "./layers/dense.ts";
import type { Dropout } from "./layers/dropout.ts";
import type { Flatten } from "./layers/flatten.ts";
import type { Gelu } from "./layers/gelu.ts";
import type { GlobalPool } from "./layers/global_pool.ts";
import type { HardSigmoid } from "./layers/hard_sigmoid.ts";
import type { HardSwish } from "./layers/hard_swish.ts";
import type { Identity } from "./layers/identity.ts";
import type { LayerNorm } from "./layers/layer_norm.ts";
import type { LayerScale } from "./layers/layer_scale.ts";
import type { Multiply } from "./combinators/multiply.ts";
import type { PatchEmbedding } from "./layers/patch_embedding.ts";
import type { Pool } from "./layers/pool.ts";
import type { Relu } from "./layers/relu.ts";
import type { Repeat } from "./combinators/repeat.ts";
import type { Residual } from "./combinators/residual.ts";
import type { Sigmoid } from "./layers/sigmoid.ts";
import type { Silu } from "./layers/silu.ts";
import type { Stack } from "./combinators/stack.ts";
import type { StochasticDepth } from "./layers/stochastic_depth.ts";
import type { Sum } from "./combinators/sum.ts";
import type { Tokens } from "./layers/tokens.ts";

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
