import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import * as ops from "../../ops/activations.ts";
import { gelu as exactGelu } from "../../ops/gelu.ts";
import { create } from "../create.ts";
import type { Layer } from "../layer.ts";

/** Keeps what is positive and sets the rest to 0; made by {@linkcode relu}. */
export interface Relu {
  /** The name of the layer. */
  readonly type: "relu";
}

/** Maps each value into (0, 1) by the logistic function; made by {@linkcode sigmoid}. */
export interface Sigmoid {
  /** The name of the layer. */
  readonly type: "sigmoid";
}

/** Weighs each value by its own sigmoid; made by {@linkcode silu}. */
export interface Silu {
  /** The name of the layer. */
  readonly type: "silu";
}

/** Weighs each value by the normal distribution function; made by {@linkcode gelu}. */
export interface Gelu {
  /** The name of the layer. */
  readonly type: "gelu";
}

/** Maps each value into [0, 1] by a piecewise linear sigmoid; made by {@linkcode hardSigmoid}. */
export interface HardSigmoid {
  /** The name of the layer. */
  readonly type: "hardSigmoid";
}

/** Weighs each value by its own hard sigmoid; made by {@linkcode hardSwish}. */
export interface HardSwish {
  /** The name of the layer. */
  readonly type: "hardSwish";
}

/** Returns its input; made by {@linkcode identity}. */
export interface Identity {
  /** The name of the layer. */
  readonly type: "identity";
}

/** Defines a layer without fields or parameters that applies `fn` to each element of a tensor of any shape. */
function elementwise<T extends string>(
  type: T,
  fn: (x: Tensor) => Tensor,
  properties: Pick<Layer, "isMonotonic"> = {},
): Layer<{ readonly type: T }> {
  return { type, fields: {}, shape: (_, input) => input, apply: (_, __, x) => fn(x), ...properties };
}

/** The definition of each activation, by type. */
export const activations = {
  relu: elementwise("relu", (x) => tf.relu(x), { isMonotonic: true }),
  sigmoid: elementwise("sigmoid", (x) => tf.sigmoid(x)),
  silu: elementwise("silu", ops.silu),
  gelu: elementwise("gelu", exactGelu),
  hardSigmoid: elementwise("hardSigmoid", ops.hardSigmoid),
  hardSwish: elementwise("hardSwish", ops.hardSwish),
  identity: elementwise("identity", (x) => x),
};

/**
 * max(x, 0), of any shape.
 *
 * @example
 * ```ts
 * import { relu } from "@thorax/thorax";
 * console.assert(JSON.stringify(relu()) === '{"type":"relu"}');
 * ```
 */
export function relu(): Relu {
  return create(activations.relu, {});
}

/**
 * 1 / (1 + e⁻ˣ), of any shape.
 *
 * @example
 * ```ts
 * import { sigmoid } from "@thorax/thorax";
 * console.assert(JSON.stringify(sigmoid()) === '{"type":"sigmoid"}');
 * ```
 */
export function sigmoid(): Sigmoid {
  return create(activations.sigmoid, {});
}

/**
 * x · σ(x), of any shape; also called Swish (Ramachandran et al. 2017).
 *
 * @example
 * ```ts
 * import { silu } from "@thorax/thorax";
 * console.assert(JSON.stringify(silu()) === '{"type":"silu"}');
 * ```
 */
export function silu(): Silu {
  return create(activations.silu, {});
}

/**
 * Gaussian error linear unit (Hendrycks & Gimpel 2016), x · Φ(x), of any shape. It uses the error function and not the
 * approximation by tanh.
 *
 * @example
 * ```ts
 * import { dense, gelu, stack } from "@thorax/thorax";
 * stack({ fc1: dense(768), act: gelu(), fc2: dense(192) });
 * ```
 */
export function gelu(): Gelu {
  return create(activations.gelu, {});
}

/**
 * min(max(x + 3, 0), 6) / 6 (Howard et al. 2019), of any shape.
 *
 * @example
 * ```ts
 * import { hardSigmoid } from "@thorax/thorax";
 * console.assert(JSON.stringify(hardSigmoid()) === '{"type":"hardSigmoid"}');
 * ```
 */
export function hardSigmoid(): HardSigmoid {
  return create(activations.hardSigmoid, {});
}

/**
 * x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019), of any shape.
 *
 * @example
 * ```ts
 * import { hardSwish } from "@thorax/thorax";
 * console.assert(JSON.stringify(hardSwish()) === '{"type":"hardSwish"}');
 * ```
 */
export function hardSwish(): HardSwish {
  return create(activations.hardSwish, {});
}

/**
 * x, of any shape: the branch of a `concat` or `multiply` that does nothing, and the usual shortcut of a residual.
 *
 * @example
 * ```ts
 * import { concat, conv, identity } from "@thorax/thorax";
 * concat([identity(), conv(32, 3, { padding: 1 })]); // DenseNet's step: the input, and 32 channels more
 * ```
 */
export function identity(): Identity {
  return create(activations.identity, {});
}
