/** For tests: computes ONNX models on tfjs's current backend. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Attributes, OnnxGraph } from "./read.ts";

/** The attributes of a node, each of the kind that its op has. */
interface Reader {
  number(name: string, absent?: number): number;
  list(name: string): number[];
}

type Operator = (inputs: Tensor[], attributes: Reader) => Tensor | Tensor[];

const integersOf = (tensor: Tensor): number[] => [...tensor.dataSync()];
const channelsLast = (x: Tensor): Tensor4D => tf.transpose(x as Tensor4D, [0, 2, 3, 1]);
const channelsFirst = (x: Tensor): Tensor4D => tf.transpose(x as Tensor4D, [0, 3, 1, 2]);

/** Pads images channels last by `pads`, [top, left, bottom, right]. */
function padded(x: Tensor4D, [top, left, bottom, right]: readonly number[], value = 0): Tensor4D {
  return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]], value);
}

/** Runs a window function of tfjs over images channels first. */
function windowed(
  x: Tensor,
  attributes: Reader,
  value: number,
  pool: (x: Tensor4D, size: [number, number], strides: [number, number]) => Tensor4D,
): Tensor {
  const [kh, kw] = attributes.list("kernel_shape"), [down, across] = attributes.list("strides");
  return channelsFirst(pool(padded(channelsLast(x), attributes.list("pads"), value), [kh, kw], [down, across]));
}

/** The operators of opset 17 that exports use (onnx.ai, "ONNX Operators"). */
const operators: Readonly<Record<string, Operator>> = {
  Add: ([a, b]) => tf.add(a, b),
  AveragePool([x], attributes) {
    const mean = (x: Tensor) => windowed(x, attributes, 0, (x, size, strides) => tf.avgPool(x, size, strides, "valid"));
    return attributes.number("count_include_pad") === 1 ? mean(x) : tf.div(mean(x), mean(tf.onesLike(x)));
  },
  BatchNormalization: ([x, scale, offset, mean, variance], attributes) =>
    channelsFirst(tf.batchNorm(
      channelsLast(x),
      mean as Tensor1D,
      variance as Tensor1D,
      offset as Tensor1D,
      scale as Tensor1D,
      attributes.number("epsilon"),
    )),
  Cast: ([x], attributes) => attributes.number("to") === 1 ? tf.cast(x, "float32") : tf.cast(x, "int32"),
  Clip: ([x, low, high]) => tf.minimum(tf.maximum(x, low), high),
  Concat: (inputs, attributes) => tf.concat(inputs, attributes.number("axis")),
  Conv([x, kernel, bias], attributes) {
    const groups = attributes.number("group"), [down, across] = attributes.list("strides");
    const images = tf.split(padded(channelsLast(x), attributes.list("pads")), groups, 3);
    const kernels = tf.split(tf.transpose(kernel, [2, 3, 1, 0]), groups, 3);
    const [high, wide] = attributes.list("dilations");
    const outputs = images.map((image, i) =>
      tf.conv2d(image as Tensor4D, kernels[i] as Tensor4D, [down, across], "valid", "NHWC", [high, wide])
    );
    const joined = tf.concat(outputs, 3);
    return channelsFirst(bias ? tf.add(joined, bias) : joined);
  },
  Erf: ([x]) => tf.erf(x),
  Gather: ([x, indices], attributes) => tf.gather(x, tf.cast(indices, "int32"), attributes.number("axis", 0)),
  Gemm: ([a, b, c], attributes) =>
    tf.add(
      tf.matMul(
        a as tf.Tensor2D,
        b as tf.Tensor2D,
        attributes.number("transA") === 1,
        attributes.number("transB") === 1,
      ),
      c,
    ),
  Identity: ([x]) => tf.clone(x),
  LeakyRelu: ([x], attributes) => tf.leakyRelu(x, attributes.number("alpha")),
  MatMul: ([a, b]) => tf.matMul(a, b),
  MaxPool: ([x], attributes) =>
    windowed(x, attributes, -Infinity, (x, size, strides) => tf.maxPool(x, size, strides, "valid")),
  Mul: ([a, b]) => tf.mul(a, b),
  Pad([x, pads, value]) {
    const sizes = integersOf(pads), { rank } = x;
    const pairs = Array.from({ length: rank }, (_, axis): [number, number] => [sizes[axis], sizes[rank + axis]]);
    return tf.pad(x, pairs, value ? value.dataSync()[0] : 0);
  },
  Reciprocal: ([x]) => tf.reciprocal(x),
  ReduceMax: ([x], attributes) => tf.max(x, attributes.list("axes"), attributes.number("keepdims") === 1),
  ReduceMean: ([x], attributes) => tf.mean(x, attributes.list("axes"), attributes.number("keepdims") === 1),
  Relu: ([x]) => tf.relu(x),
  Reshape: ([x, shape]) => tf.reshape(x, integersOf(shape)),
  Shape: ([x]) => tf.tensor1d(x.shape, "int32"),
  Sigmoid: ([x]) => tf.sigmoid(x),
  Slice([x, starts, ends]) {
    const from = integersOf(starts), to = integersOf(ends);
    return tf.slice(x, from, x.shape.map((size, axis) => Math.min(size, to[axis]) - from[axis]));
  },
  Softmax: ([x], attributes) => tf.softmax(x, attributes.number("axis")),
  Split: ([x, sizes], attributes) => tf.split(x, integersOf(sizes), attributes.number("axis")),
  Sqrt: ([x]) => tf.sqrt(x),
  Squeeze: ([x, axes]) => tf.squeeze(x, integersOf(axes)),
  Sub: ([a, b]) => tf.sub(a, b),
  Tile: ([x, times]) => tf.tile(x, integersOf(times)),
  Transpose: ([x], attributes) => tf.transpose(x, attributes.list("perm")),
};

/**
 * Computes the logits of images `[N, C, H, W]`.
 *
 * @throws {TypeError} for an operator that is not known here, and for an attribute of another kind
 */
export function computeOnnx({ nodes, initializers }: OnnxGraph, images: Tensor): Tensor {
  return tf.tidy(() => {
    const tensors = new Map<string, Tensor>([["images", images]]);
    for (const [name, { values, shape, dtype }] of initializers) {
      tensors.set(name, tf.tensor([...values], [...shape], dtype));
    }
    const find = (name: string) => tensors.get(name) ?? missing(`tensor ${name}`);
    for (const { op, inputs, outputs, attributes } of nodes) {
      const operator = operators[op] ?? missing(`operator ${op}`);
      const made = [operator(inputs.map(find), readerOf(attributes))].flat();
      outputs.forEach((name, i) => tensors.set(name, made[i]));
    }
    return tf.clone(find("logits"));
  });
}

function readerOf(attributes: Attributes): Reader {
  return {
    number(name, absent) {
      const value = attributes[name] ?? absent;
      return typeof value === "number" ? value : missing(`number ${name}`);
    },
    list(name) {
      const value = attributes[name];
      return typeof value === "object" ? [...value] : missing(`list ${name}`);
    },
  };
}

function missing(what: string): never {
  throw new TypeError(`there is no ${what}`);
}
