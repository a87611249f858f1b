import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { prefersColumns, prefersProducts } from "./algorithm.ts";
import { filterByColumns } from "./depthwise_filter.ts";
import { filterByProducts } from "./filter_products.ts";
import { attribute, int32, type NativeBackend, nativeBackend, nativeKernel, runNative, shape4 } from "./native.ts";
import { emptyResult } from "./empty.ts";
import { precisionOf } from "./precision.ts";
import {
  dilate,
  paddedShape,
  padTensor,
  place,
  sliceTensor,
  unpadTensor,
  type Window,
  windowAttributes,
} from "./window.ts";

type Shape4 = [number, number, number, number];
type Op = "Conv2D" | "DepthwiseConv2dNative";

/** The attributes that tfjs gives a convolution or its gradient. */
type Attributes =
  & Pick<tf.Conv2DAttrs, "strides" | "pad" | "dimRoundingMode">
  & Partial<Pick<tf.Conv2DAttrs, "dataFormat" | "dilations">>;

/** The name of the tfjs flag that keeps the answer of {@linkcode takesGroups}. */
export const groupedGradients = "THORAX_GROUPED_GRADIENTS";

tf.env().registerFlag(groupedGradients, () =>
  tf.tidy(() => {
    const [x, dy] = [tf.ones([1, 3, 3, 2]), tf.ones([1, 1, 1, 2])];
    const window = tf.backend_util.computeConv2DInfo([1, 3, 3, 2], [2, 2, 1, 2], 1, 2, "valid");
    const attributes = attributesOf(window, "VALID");
    try {
      nativeBackend()?.executeSingleOutput("Conv2DBackpropFilter", attributes, [x, int32([2, 2, 1, 2]), dy]);
      return true;
    } catch {
      return false;
    }
  }));

/**
 * Whether the native backend's backward convolutions support groups and dilation: those of oneDNN and cuDNN do,
 * TensorFlow's own on the CPU do not. The first call tries it, which must not happen in a trace.
 */
export function takesGroups(): boolean {
  return tf.env().getBool(groupedGradients);
}

/** A convolution as TensorFlow gets it. */
interface Form {
  readonly op: Op;
  readonly window: Window;
  readonly filterShape: Shape4;
  /** Converts tfjs's filter to the op's. */
  filter(filter: Tensor): Tensor;
  /** Converts the gradient of the op's filter to that of tfjs's. */
  gradient(gradient: Tensor): Tensor;
}

function formOf(op: Op, inputShape: Shape4, filterShape: Shape4, attributes: Attributes, dy?: Tensor): Form {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes;
  const padding = dataFormat === "NCHW" && Array.isArray(pad) ? [0, 2, 3, 1].map((axis) => pad[axis]) : pad;
  const inferred = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations ?? 1,
    padding as typeof pad,
    dimRoundingMode ?? "floor",
    op === "DepthwiseConv2dNative",
  );
  // tfjs does not say how its gradients' sizes were rounded
  const window = dy ? { ...inferred, outHeight: shape4(dy)[1], outWidth: shape4(dy)[2] } : inferred;
  const { dilationHeight: down, dilationWidth: across } = window;
  const same = (tensor: Tensor) => tensor;
  if ((down === 1 && across === 1) || (op === "Conv2D" && takesGroups())) {
    return { op, window, filterShape, filter: same, gradient: same };
  }
  if (takesGroups()) { // the gradients of depthwise ops do not support dilation: use as many groups as channels instead
    const [height, width, channels, multiplier] = filterShape;
    const grouped: Shape4 = [height, width, 1, channels * multiplier];
    return {
      op: "Conv2D",
      window,
      filterShape: grouped,
      filter: (filter) => tf.reshape(filter, grouped),
      gradient: (gradient) => tf.reshape(gradient, filterShape),
    };
  }
  const { effectiveFilterHeight: filterHeight, effectiveFilterWidth: filterWidth } = inferred;
  const spread: Shape4 = [filterHeight, filterWidth, filterShape[2], filterShape[3]];
  return {
    op,
    window: { ...window, filterHeight, filterWidth, dilationHeight: 1, dilationWidth: 1 },
    filterShape: spread,
    filter: (filter) => dilate(filter as Tensor4D, [down, across]),
    gradient: (gradient) => tf.stridedSlice(gradient, [0, 0, 0, 0], spread, [down, across, 1, 1]),
  };
}

const attributesOf = (window: Window, padding: "SAME" | "VALID") => [
  ...windowAttributes(window, padding),
  attribute.int("dilations", [1, window.dilationHeight, window.dilationWidth, 1]),
];

/** Transposes `[N, C, H, W]` to `[N, H, W, C]` where the attributes say that layout, and back. */
const channelsLast = (x: Tensor, { dataFormat }: Attributes) =>
  dataFormat === "NCHW" ? tf.transpose(x, [0, 2, 3, 1]) : x;
const channelsBack = (x: Tensor, { dataFormat }: Attributes) =>
  dataFormat === "NCHW" ? tf.transpose(x, [0, 3, 1, 2]) : x;

/**
 * Crops `[N, H, W, C]` to the pixels that the windows cover. For strided 1×1 filters of fewer than 16 channels,
 * oneDNN's gradient kernel handles rows and columns after the last window wrongly and writes outside of its memory.
 */
function withoutRemainder(backend: NativeBackend, x: Tensor, window: Window): Tensor {
  const { filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth } = window;
  const [batch, height, width, channels] = shape4(x);
  const [rows, columns] = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1];
  if (filterHeight * filterWidth > 1 || channels >= 16 || (rows === height && columns === width)) return x;
  return sliceTensor(backend, x, [0, 0, 0, 0], [batch, rows, columns, channels]);
}

/**
 * Makes the kernels of an op and its two gradients, for any padding; they use the kernels with which oneDNN is fastest.
 */
const kernelsOf = (op: Op) => [
  nativeKernel<Attributes>(op, ({ inputs, attrs, backend }) => {
    const x = channelsLast(inputs.x, attrs);
    const form = formOf(op, shape4(x), shape4(inputs.filter), attrs);
    const none = emptyResult(form.window.outShape, x, inputs.filter);
    if (none) return channelsBack(none, attrs);
    const { padding, pads } = place(form.window);
    const images = pads ? padTensor(backend, x, pads) : x;
    const attributes = attributesOf(form.window, padding);
    const y = backend.executeSingleOutput(form.op, attributes, [images, form.filter(inputs.filter)]);
    return channelsBack(y, attrs);
  }),
  nativeKernel<Attributes & { inputShape: Shape4 }>(
    `${op}BackpropInput`,
    ({ inputs: { dy: given, filter }, attrs, backend }) => {
      const dy = channelsLast(given, attrs);
      const [batch, second, third, fourth]: Shape4 = attrs.inputShape;
      const shape: Shape4 = attrs.dataFormat === "NCHW" ? [batch, third, fourth, second] : attrs.inputShape;
      const none = emptyResult(shape, dy, filter);
      if (none) return channelsBack(none, attrs);
      const form = formOf(op, shape, shape4(filter), attrs, dy);
      const { padding, pads } = place(form.window);
      const sizes = int32(pads ? paddedShape(shape, pads) : shape);
      const attributes = attributesOf(form.window, padding);
      const dx = backend.executeSingleOutput(`${form.op}BackpropInput`, attributes, [sizes, form.filter(filter), dy]);
      return channelsBack(pads ? unpadTensor(backend, dx, pads, shape) : dx, attrs);
    },
  ),
  nativeKernel<Attributes & { filterShape: Shape4 }>(`${op}BackpropFilter`, ({ inputs, attrs, backend }) => {
    const x = channelsLast(backend.withControlDependency(inputs.x, inputs.dy), attrs),
      dy = channelsLast(inputs.dy, attrs);
    const none = emptyResult(attrs.filterShape, x, dy);
    if (none) return none;
    const form = formOf(op, shape4(x), attrs.filterShape, attrs, dy);
    if (form.op === "Conv2D" && prefersProducts(precisionOf(x), shape4(x), form)) {
      return filterByProducts(backend, x, dy, form.window);
    }
    if (form.op === "Conv2D" && takesGroups() && prefersColumns(precisionOf(x), shape4(x), form)) {
      return filterByColumns(backend, x, dy, form.window);
    }
    const { padding, pads } = place(form.window);
    const images = withoutRemainder(backend, pads ? padTensor(backend, x, pads) : x, form.window);
    const attributes = attributesOf(form.window, padding);
    const sizes = int32(form.filterShape);
    return form.gradient(backend.executeSingleOutput(`${form.op}BackpropFilter`, attributes, [images, sizes, dy]));
  }),
];

/** The kernels of tfjs's convolutions. The filter of `Conv2D` may also be `[kh, kw, C / groups, F]`. */
export const convolutionKernels = [...kernelsOf("Conv2D"), ...kernelsOf("DepthwiseConv2dNative")];

/**
 * Makes a gradient that runs natively, with dilation and groups, and is tfjs's own on other backends: tfjs has one for
 * all backends.
 */
function gradientOf(kernelName: Op): tf.GradConfig {
  const elsewhere = tf.getGradient(kernelName).gradFunc;
  return {
    kernelName,
    inputsToSave: ["x", "filter"],
    gradFunc: (dy, saved, attributes) => {
      if (Array.isArray(dy)) throw new TypeError(`${kernelName} has one output`);
      if (!nativeBackend()) return elsewhere(dy, saved, attributes);
      const [x, filter] = saved;
      const run = (name: string, inputs: Record<string, Tensor>, shape: object) =>
        runNative<Tensor>(kernelName + name, inputs, { ...attributes, ...shape });
      return {
        x: () => run("BackpropInput", { dy, filter }, { inputShape: x.shape }),
        filter: () => run("BackpropFilter", { x, dy }, { filterShape: filter.shape }),
      };
    },
  };
}

/** Makes the gradients of the convolutions, to replace those that are registered now. */
export const convolutionGradients = () => [gradientOf("Conv2D"), gradientOf("DepthwiseConv2dNative")];
