import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Model, Parameter } from "../../dsl/compile/compile.ts";
import type { Weights } from "../../dsl/layer.ts";
import { filled } from "../../ops/filled.ts";
import { type Shape, sizeOf } from "../../dsl/shape.ts";
import { leaves } from "../../dsl/compile/tree.ts";
import { torchName } from "../../models/registry.ts";

/** The formula that fills weights and images on both sides of a parity test, so that no file holds them; see make_reference.py. */

/** Hash noise in [-1, 1): `noise(name)(i)` is fmix32 (MurmurHash3) of FNV-1a of the name plus i. */
export function noise(name: string): (index: number) => number {
  const offset = new TextEncoder().encode(name).reduce((hash, byte) => Math.imul(hash ^ byte, 16777619), 2166136261);
  return (index) => {
    let x = (index + offset) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  };
}

/** Two gray images `[2, 224, 224, 1]`; with one channel PyTorch's order is ours. */
export function referenceImages(): Tensor4D {
  return tf.tensor4d(Float32Array.from({ length: 2 * 224 * 224 }, (_, i) => image(i)), [2, 224, 224, 1]);
}

/** Their labels, `[2, 15]`. */
export function referenceTargets(): Tensor2D {
  return tf.tensor2d(Float32Array.from({ length: 30 }, (_, i) => target(i) > 0.5 ? 1 : 0), [2, 15]);
}

const image = noise("image"), target = noise("target");

/** The weights of a compiled registry model that PyTorch's has by the same formula; another salt gives others. */
export function referenceWeights(model: Model, name: string, salt = ""): Weights {
  const windows = flattenedWindows(model);
  return Object.fromEntries(model.parameters.map((parameter) => {
    const { path, shape } = parameter, window = windows.get(path);
    return [path, filled(shape, (values) => fill(values, parameter, salt + torchName(name, path), window))];
  }));
}

/** Around what, and how widely, the values of each kind of parameter lie. */
const spreads: Readonly<Record<string, (fanIn: number) => readonly [center: number, spread: number]>> = {
  kernel: (fanIn) => [0, Math.sqrt(3) * Math.sqrt(2 / fanIn)],
  bias: () => [0, 0.05],
  scale: () => [1, 0.1],
  offset: () => [0, 0.05],
  mean: () => [0, 0.1],
  variance: () => [1, 0.5],
  classToken: () => [0, 0.02],
  positionEmbedding: () => [0, 0.02],
};

/** Writes a parameter in our layout; the noise counts in PyTorch's, `[out, in, h, w]`. */
function fill(values: Float32Array, { path, shape }: Parameter, name: string, flattened?: Window): void {
  const kind = path.slice(path.lastIndexOf("/") + 1);
  const [height, width, inputs, outputs] = flattened ??
    (kind === "kernel" ? windowOf(shape) : [1, 1, 1, sizeOf(shape)]);
  const [center, spread] = spreads[kind](height * width * inputs);
  const value = noise(name);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let input = 0; input < inputs; input++) {
        for (let output = 0; output < outputs; output++) {
          values[i++] = center + spread * value(((output * inputs + input) * height + y) * width + x);
        }
      }
    }
  }
}

type Window = readonly [height: number, width: number, inputs: number, outputs: number];

/** The kernel of a dense layer as a convolution of one pixel. */
function windowOf(shape: Shape): Window {
  const [outputs, inputs, width = 1, height = 1] = shape.toReversed();
  return [height, width, inputs, outputs];
}

/** A dense layer on a flattened `[H, W, C]` is a convolution as large as the image: its kernel is `[H, W, C, units]`. */
function flattenedWindows({ tree }: Model): ReadonlyMap<string, Window> {
  const layers = leaves(tree), windows = new Map<string, Window>();
  layers.forEach(({ type, input: [height, width, channels] }, i) => {
    if (type !== "flatten") return;
    const next = layers.slice(i).find(({ type }) => type === "dense");
    if (next) windows.set(`${next.path}/kernel`, [height, width, channels, next.output.shape[0]]);
  });
  return windows;
}
