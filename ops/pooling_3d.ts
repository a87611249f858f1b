import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Attribute, attribute, int32, nativeKernel, T } from "./native.ts";
import { emptyResult } from "./empty.ts";

/** How a window moves along one axis of a volume. */
interface Axis {
  readonly size: number;
  readonly filter: number;
  readonly stride: number;
  /** Cells of padding before the first cell. */
  readonly before: number;
  readonly outputs: number;
}

/** A pooling as TensorFlow gets it: its kernels take only SAME and VALID padding. */
interface Placement {
  readonly attributes: Attribute[];
  readonly axes: readonly Axis[];
  /** `[N, D', H', W', C]`. */
  readonly outputs: number[];
  /** Padding to add first, before and after each axis; absent if TensorFlow's own is the same. */
  readonly pads?: [number, number][];
}

type Pool3DInfo = Parameters<typeof tf.backend_util.computePool3DInfo>;

/** The attributes that tfjs gives a pooling or its gradient. */
interface Attributes {
  filterSize: Pool3DInfo[1];
  strides: Pool3DInfo[2];
  pad: Pool3DInfo[4];
  dimRoundingMode?: Pool3DInfo[5];
}

/**
 * Places windows: padding other than SAME is added first, as far as the last window reaches, and the pooling is then
 * VALID.
 */
function place({ shape }: Tensor, attributes: Attributes): Placement {
  const { filterSize, strides, pad, dimRoundingMode = "floor" } = attributes;
  const volume = shape as [number, number, number, number, number];
  const info = tf.backend_util.computePool3DInfo(volume, filterSize, strides, 1, pad, dimRoundingMode);
  const { type, front, top, left } = info.padInfo;
  const axes: Axis[] = [
    {
      size: info.inDepth,
      filter: info.filterDepth,
      stride: info.strideDepth,
      before: front,
      outputs: info.outDepth,
    },
    {
      size: info.inHeight,
      filter: info.filterHeight,
      stride: info.strideHeight,
      before: top,
      outputs: info.outHeight,
    },
    {
      size: info.inWidth,
      filter: info.filterWidth,
      stride: info.strideWidth,
      before: left,
      outputs: info.outWidth,
    },
  ];
  const pads: [number, number][] = [[0, 0], ...axes.map(reach), [0, 0]];
  return {
    axes,
    outputs: info.outShape,
    attributes: [
      T,
      attribute.int("ksize", [1, ...axes.map(({ filter }) => filter), 1]),
      attribute.int("strides", [1, ...axes.map(({ stride }) => stride), 1]),
      attribute.string("padding", type === "SAME" ? "SAME" : "VALID"),
      attribute.string("data_format", "NDHWC"),
    ],
    ...(type !== "SAME" && pads.flat().some((cells) => cells > 0) && { pads }),
  };
}

function reach({ size, filter, stride, before, outputs }: Axis): [number, number] {
  return [before, Math.max(0, (outputs - 1) * stride + filter - size - before)];
}

/**
 * The factors, `[1, D', H', W', 1]`, that turn means over windows with zero padding into means over the volume alone.
 * The mean of a window of nothing but padding is 0.
 */
function withoutPadding(axes: readonly Axis[]): Tensor {
  const shares = axes.map(({ size, filter, stride, before, outputs }) =>
    Array.from({ length: outputs }, (_, output) => {
      const start = output * stride - before;
      const cells = Math.min(start + filter, size) - Math.max(start, 0);
      return cells > 0 ? filter / cells : 0;
    })
  );
  const products = shares.reduce((products, share) => products.flatMap((a) => share.map((b) => a * b)), [1]);
  return tf.tensor(products, [1, ...axes.map(({ outputs }) => outputs), 1]);
}

/** Padding for maxima: below every activation, but finite, since infinity times a gradient's zero is NaN. */
const lowest = -3e38;

function padded(x: Tensor, { pads }: Placement, value: number): Tensor {
  return pads ? tf.pad(x, pads, value) : x;
}

function unpadded(dx: Tensor, { pads }: Placement, shape: number[]): Tensor {
  return pads ? tf.slice(dx, pads.map(([before]) => before), shape) : dx;
}

/** The kernels of tfjs's pooling of volumes `[N, D, H, W, C]` and its gradients, for any padding. */
export const volumePoolingKernels = [
  nativeKernel<Attributes>("MaxPool3D", ({ inputs: { x }, attrs, backend }) => {
    const placement = place(x, attrs);
    return emptyResult(placement.outputs, x) ??
      backend.executeSingleOutput("MaxPool3D", placement.attributes, [padded(x, placement, lowest)]);
  }),
  nativeKernel<Attributes>("MaxPool3DGrad", ({ inputs: { dy, input, output }, attrs, backend }) => {
    const placement = place(input, attrs), inputs = [padded(input, placement, lowest), output, dy];
    const none = emptyResult(input.shape, dy);
    if (none) return none;
    const dx = backend.executeSingleOutput("MaxPool3DGrad", placement.attributes, inputs);
    return unpadded(dx, placement, input.shape);
  }),
  nativeKernel<Attributes>("AvgPool3D", ({ inputs: { x }, attrs, backend }) => {
    const placement = place(x, attrs), { outputs, axes, attributes, pads } = placement;
    const none = emptyResult(outputs, x);
    if (none) return none;
    const y = backend.executeSingleOutput("AvgPool3D", attributes, [padded(x, placement, 0)]);
    return pads ? tf.mul(y, withoutPadding(axes)) : y;
  }),
  nativeKernel<Attributes>("AvgPool3DGrad", ({ inputs: { dy, input }, attrs, backend }) => {
    const placement = place(input, attrs), { axes, attributes, pads } = placement, { shape } = input;
    const none = emptyResult(shape, dy);
    if (none) return none;
    const paddedShape = pads ? shape.map((size, axis) => size + pads[axis][0] + pads[axis][1]) : shape;
    const inputs = [int32(paddedShape), pads ? tf.mul(dy, withoutPadding(axes)) : dy];
    return unpadded(backend.executeSingleOutput("AvgPool3DGrad", attributes, inputs), placement, shape);
  }),
];
