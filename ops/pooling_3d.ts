import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Attribute, attribute, int32, nativeKernel, T } from "./native.ts";
import { ofNothing } from "./nothing.ts";

/** How a window moves along one axis of a volume. */
interface Axis {
  readonly size: number;
  readonly filter: number;
  readonly stride: number;
  /** Cells of padding before the first. */
  readonly before: number;
  readonly outputs: number;
}

/** How a pooling is given to TensorFlow, whose kernels take SAME and VALID. */
interface Placement {
  readonly attributes: Attribute[];
  readonly axes: readonly Axis[];
  /** `[N, D', H', W', C]`. */
  readonly outputs: number[];
  /** Padding to add first, before and after each axis; absent where TensorFlow's own is the same. */
  readonly pads?: [number, number][];
}

type Pool3DInfo = Parameters<typeof tf.backend_util.computePool3DInfo>;

/** What tfjs says of a pooling or its gradient. */
interface Attributes {
  filterSize: Pool3DInfo[1];
  strides: Pool3DInfo[2];
  pad: Pool3DInfo[4];
  dimRoundingMode?: Pool3DInfo[5];
}

/** Any padding but SAME is added first, as far as the last window reaches, and then VALID. */
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
 * `[1, D', H', W', 1]`: by what to multiply means over windows on padding of zeros, so that padding does not count. The mean
 * of nothing but padding is 0.
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

/** Below every activation, and finite: an infinity would make NaN of a gradient's zero. */
const lowest = -3e38;

function padded(x: Tensor, { pads }: Placement, value: number): Tensor {
  return pads ? tf.pad(x, pads, value) : x;
}

function unpadded(dx: Tensor, { pads }: Placement, shape: number[]): Tensor {
  return pads ? tf.slice(dx, pads.map(([before]) => before), shape) : dx;
}

/** tfjs's pooling of volumes `[N, D, H, W, C]` and its gradients, with any padding. */
export const volumePoolingKernels = [
  nativeKernel<Attributes>("MaxPool3D", ({ inputs: { x }, attrs, backend }) => {
    const placement = place(x, attrs);
    return ofNothing(placement.outputs, x) ??
      backend.executeSingleOutput("MaxPool3D", placement.attributes, [padded(x, placement, lowest)]);
  }),
  nativeKernel<Attributes>("MaxPool3DGrad", ({ inputs: { dy, input, output }, attrs, backend }) => {
    const placement = place(input, attrs), inputs = [padded(input, placement, lowest), output, dy];
    const none = ofNothing(input.shape, dy);
    if (none) return none;
    const dx = backend.executeSingleOutput("MaxPool3DGrad", placement.attributes, inputs);
    return unpadded(dx, placement, input.shape);
  }),
  nativeKernel<Attributes>("AvgPool3D", ({ inputs: { x }, attrs, backend }) => {
    const placement = place(x, attrs), { outputs, axes, attributes, pads } = placement;
    const none = ofNothing(outputs, x);
    if (none) return none;
    const y = backend.executeSingleOutput("AvgPool3D", attributes, [padded(x, placement, 0)]);
    return pads ? tf.mul(y, withoutPadding(axes)) : y;
  }),
  nativeKernel<Attributes>("AvgPool3DGrad", ({ inputs: { dy, input }, attrs, backend }) => {
    const placement = place(input, attrs), { axes, attributes, pads } = placement, { shape } = input;
    const none = ofNothing(shape, dy);
    if (none) return none;
    const whole = pads ? shape.map((size, axis) => size + pads[axis][0] + pads[axis][1]) : shape;
    const inputs = [int32(whole), pads ? tf.mul(dy, withoutPadding(axes)) : dy];
    return unpadded(backend.executeSingleOutput("AvgPool3DGrad", attributes, inputs), placement, shape);
  }),
];
