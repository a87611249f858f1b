import * as tf from "@tensorflow/tfjs-core";
import { exactConvolution } from "../ops/algorithm.ts";
import { type Engine, openEngine } from "../runtime/open.ts";
import type { engineOptions, Values } from "../train/options.ts";

/** Opens TensorFlow as the options say. */
export function startEngine(options: Values<typeof engineOptions>): Promise<Engine> {
  tf.env().set(exactConvolution, options.exactConvolution);
  return openEngine({ device: options.device, index: options.index, directory: options.tensorflowLibrary });
}
