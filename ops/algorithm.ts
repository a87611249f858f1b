import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "./native.ts";

/** tfjs's flag for it: `tf.env().set(exactConvolution, true)` keeps every convolution direct. */
export const exactConvolution = "THORAX_EXACT_CONVOLUTION";

tf.env().registerFlag(exactConvolution, () => false);

/** What decides which algorithm is the faster. */
export interface ConvolutionShape {
  /** Side of the square kernel. */
  readonly kernel: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * By the kernel's side, where Winograd's F(4×4, r×r) was faster than oneDNN's direct convolution, forward and both gradients together
 * (stride 1, half a window of padding, float32, 2 cores). Direct over Winograd at batch 8, 3×3: 256@56² 1.8, 512@28² 2.0, 512@14² 1.6,
 * 128@28² 1.5, 256@14² 1.4, 384@13² 1.2; but 64@56² 0.9, 128@112² 0.9, 64@224² 0.4, 512@7² 1.0 (32 tiles; at batch 32 it gains).
 * 5×5: 64→192@27² 2.3.
 */
const measured: ReadonlyMap<number, { channels: number; smallest: number; largest: number; tiles: number }> = new Map([
  [3, { channels: 128, smallest: 7, largest: 56, tiles: 64 }],
  [5, { channels: 64, smallest: 13, largest: 28, tiles: 64 }],
]);

/** Whether a convolution of stride 1 with half a window of padding is computed by Winograd's algorithm. */
export function prefersWinograd({ kernel, batch, height, width, inputs, outputs }: ConvolutionShape): boolean {
  const range = measured.get(kernel);
  if (!range || !nativeBackend() || tf.env().getBool(exactConvolution)) return false;
  const tiles = batch * Math.ceil(height / 4) * Math.ceil(width / 4);
  return Math.min(inputs, outputs) >= range.channels &&
    Math.min(height, width) >= range.smallest &&
    Math.max(height, width) <= range.largest &&
    tiles >= range.tiles;
}
