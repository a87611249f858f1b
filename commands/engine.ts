import { type Engine, openEngine } from "../runtime/open.ts";
import type { engineOptions, Values } from "../train/options.ts";

/** Opens TensorFlow as the options say. */
export function startEngine({ device, index, tensorflowLibrary }: Values<typeof engineOptions>): Promise<Engine> {
  return openEngine({ device, index, directory: tensorflowLibrary });
}
