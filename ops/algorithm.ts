import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { widestDepthwise } from "./depthwise_filter.ts";
import { nativeBackend } from "./native.ts";
import type { Precision } from "./precision.ts";
import type { Window } from "./window.ts";

/** The name of a tfjs flag: after `tf.env().set(exactConvolution, true)` every convolution is direct. */
export const exactConvolution = "THORAX_EXACT_CONVOLUTION";

tf.env().registerFlag(exactConvolution, () => false);

/**
 * Whether ops run on the processor, by oneDNN, where everything below was measured. On a GPU, cuDNN itself chooses
 * among algorithms, Winograd's included.
 */
const onProcessor = () => nativeBackend()?.isUsingGpuDevice === false;

/** The properties of a convolution that decide which algorithm is faster. */
export interface ConvolutionShape {
  readonly precision: Precision;
  /** The side of the square kernel. */
  readonly kernel: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * From how many channels, rows and columns, and tiles on Winograd's F(4×4, r×r) is faster than oneDNN's direct
 * convolution, by the kernel's side: forward pass and both gradients together (stride 1, half a window of padding,
 * float32). docs/benchmarks.md has the measurements.
 */
const measured: ReadonlyMap<number, { channels: number; smallest: number; tiles: number }> = new Map([
  [3, { channels: 64, smallest: 7, tiles: 64 }],
  [5, { channels: 64, smallest: 13, tiles: 64 }],
]);

/** The least product of channels and tiles: fewer of one need more of the other. */
const leastWork = 2 ** 14;

/**
 * Whether to compute a convolution of stride 1 with half a window of padding by Winograd's algorithm. Never in
 * bfloat16, whose few digits its transforms would lose.
 */
export function prefersWinograd(shape: ConvolutionShape): boolean {
  const { precision, kernel, batch, height, width, inputs, outputs } = shape;
  const range = measured.get(kernel);
  if (!range || precision === "bfloat16" || !onProcessor() || tf.env().getBool(exactConvolution)) return false;
  const tiles = batch * Math.ceil(height / 4) * Math.ceil(width / 4), channels = Math.min(inputs, outputs);
  return channels >= range.channels && Math.min(height, width) >= range.smallest && tiles >= range.tiles &&
    channels * tiles >= leastWork;
}

/** A convolution whose filter gradient is computed. */
interface FilterGradient {
  readonly window: Window;
  /** `[kh, kw, C / groups, F]`. */
  readonly filterShape: readonly number[];
}

/**
 * Whether the gradient of a filter is faster as one matrix product for each tap than by oneDNN's direct kernel (see
 * filter_products.ts). docs/benchmarks.md has the measurements.
 */
export function prefersProducts(
  precision: Precision,
  images: readonly number[],
  { window, filterShape }: FilterGradient,
) {
  const { strideHeight: stride, strideWidth, dilationHeight, dilationWidth, outHeight, outWidth } = window;
  const [height, width, inputs, filters] = filterShape;
  const plain = height === width && stride === strideWidth && dilationHeight * dilationWidth === 1 &&
    images[3] === inputs;
  if (!plain || !onProcessor()) return false;
  const channels = Math.min(inputs, filters), side = Math.max(outHeight, outWidth);
  switch (`${height}×${width}/${stride}`) {
    case "1×1/1":
      return channels >= 64;
    case "1×1/2":
      return precision === "bfloat16" && channels >= 256;
    case "3×3/1":
      return precision === "bfloat16" && channels >= 192 && side <= 28;
    case "3×3/2":
      return channels >= 128 && side <= 14;
    default:
      return false;
  }
}

/**
 * Whether the gradient of a filter is faster a few columns at a time (see depthwise_filter.ts). It is for depthwise
 * filters wider than oneDNN's kernel is fast with: docs/benchmarks.md has the measurements.
 */
export function prefersColumns(
  precision: Precision,
  images: readonly number[],
  { window, filterShape }: FilterGradient,
) {
  const [, width, inputs, filters] = filterShape;
  const depthwise = inputs === 1 && filters === images[3] && filters > 1;
  const dilated = window.dilationHeight * window.dilationWidth > 1;
  return depthwise && !dilated && width > widestDepthwise && precision === "float32" && onProcessor();
}

/**
 * Whether a product of a few vectors and a large float32 matrix is faster in float32: rounding the matrix to bfloat16
 * takes longer than reading it twice, and AlexNet's step at batch 8 takes 1.07 times as long. A frozen matrix is
 * rounded only once, and then bfloat16 halves the time of reading it.
 */
export function prefersFloat32(rows: number, matrix: Tensor): boolean {
  return rows <= 16 && matrix.size >= 2 ** 20 && !nativeBackend()?.isFrozen(matrix);
}
