import * as tf from "@tensorflow/tfjs-core";
import { nativeBackend } from "./native.ts";

/** tfjs's flag for it: `tf.env().set(exactConvolution, true)` keeps every convolution direct. */
export const exactConvolution = "THORAX_EXACT_CONVOLUTION";

tf.env().registerFlag(exactConvolution, () => false);

/** What decides which algorithm is the faster. */
export interface ConvolutionShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * Where Winograd's F(4×4, 3×3) was faster than oneDNN's direct convolution, forward and both gradients together (3×3, stride 1,
 * float32, 2 cores). Direct over Winograd, batch 8: 256@56² 1.8, 512@28² 2.0, 512@14² 1.6, 128@28² 1.5, 256@14² 1.4, 384@13² 1.2;
 * but 64@56² 0.9, 128@112² 0.9, 64@224² 0.4, 512@7² 1.0 (32 tiles; at batch 32 it gains).
 */
const measured = { channels: 128, smallest: 7, largest: 56, tiles: 64 } as const;

/** Whether a 3×3 convolution of stride 1 is computed by Winograd's algorithm. */
export function prefersWinograd({ batch, height, width, inputs, outputs }: ConvolutionShape): boolean {
  if (!nativeBackend() || tf.env().getBool(exactConvolution)) return false;
  const tiles = batch * Math.ceil(height / 4) * Math.ceil(width / 4);
  return Math.min(inputs, outputs) >= measured.channels &&
    Math.min(height, width) >= measured.smallest &&
    Math.max(height, width) <= measured.largest &&
    tiles >= measured.tiles;
}
