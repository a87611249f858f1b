import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { create } from "../create.ts";
import { children } from "../fields.ts";
import type { Combinator, Join } from "../layer.ts";
import type { Multiply } from "../spec.ts";
import { namedParts, type Parts } from "./parts.ts";
import { sameShape, type Shape } from "../shape.ts";

/**
 * Runs several parts on the same input and multiplies their outputs. All have the first one's shape; or the first is an
 * image `[H, W, C]` and another a gate, `[C]` or `[1, 1, C]`, which scales its channels.
 *
 * @throws {SpecError} for no parts, and for a name that is an integer or contains `/`
 *
 * @example
 * ```ts
 * import { conv, dense, globalPool, multiply, stack } from "@thorax/thorax";
 * multiply({ image: conv(64, 3), gate: stack([globalPool(), dense(64)]) });
 * ```
 */
export function multiply(parts: Parts): Multiply {
  return create(multiplyCombinator, { children: namedParts("multiply", parts) });
}

/** Whether a shape is a gate `[C]` or `[1, 1, C]` for images `[H, W, C]`. */
function isGate(shape: Shape, image: Shape): boolean {
  return image.length === 3 && (sameShape(shape, image.slice(2)) || sameShape(shape, [1, 1, image[2]]));
}

/** Reshapes a gate `[N, C]` beside an image `[N, H, W, C]` to `[N, 1, 1, C]`. */
function broadcast(value: Tensor, { rank }: Tensor): Tensor {
  if (value.rank === rank) return value;
  const [batch, channels] = (value as Tensor2D).shape;
  return tf.reshape(value, [batch, 1, 1, channels]);
}

const multiplication: Join = {
  shape([first, ...others], at) {
    const other = others.find(({ shape }) => !sameShape(shape, first.shape) && !isGate(shape, first.shape));
    if (other) {
      const remedy = "Make them equal, or let the first be an image and the others gates of its channels.";
      throw at.error("one shape, or [C] or [1, 1, C] beside [H, W, C]", remedy, [first, other]);
    }
    return first.shape;
  },
  apply: ([first, ...others]) => others.reduce((product, value) => tf.mul(product, broadcast(value, first)), first),
};

export const multiplyCombinator: Combinator<Multiply> = {
  type: "multiply",
  fields: { children },
  check: (spec) => spec.children.length === 0 ? "there is nothing to multiply" : undefined,
  children: (spec) => spec.children,
  wire: (spec, input, { child, join }) => join(multiplication, spec.children.map(([name]) => child(name, input))),
};
