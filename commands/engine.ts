import { findLibrary } from "../runtime/library/find.ts";
import { type Engine, openEngine } from "../runtime/open.ts";
import type { engineOptions, Values } from "../train/options.ts";

/** Finds or installs TensorFlow and opens it, as the options say. */
export async function startEngine(options: Values<typeof engineOptions>): Promise<Engine> {
  const { device, index, tensorflowLibrary } = options;
  const { directory } = await findLibrary({ device, directory: tensorflowLibrary });
  return await openEngine({ directory, device, index });
}
