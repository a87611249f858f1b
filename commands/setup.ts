import { findLibrary } from "../runtime/library/find.ts";
import { openTensorFlow } from "../runtime/tensorflow.ts";
import { engineOptions } from "../train/options.ts";
import { defineCommand } from "./cli.ts";

export const setup = defineCommand({
  name: "setup",
  summary: "find TensorFlow's library, or install it",
  description:
    "Finds TensorFlow's library, or installs it into the cache folder from a wheel, and says which it is.\n" +
    "Every other command does the same when it needs to.",
  examples: ["deno task setup", "THORAX_LIBTENSORFLOW=/opt/tensorflow deno task setup"],
  options: { tensorflowLibrary: engineOptions.tensorflowLibrary, device: engineOptions.device },
  async run({ tensorflowLibrary, device }) {
    const { directory, origin } = await findLibrary({ device, directory: tensorflowLibrary });
    const { version } = openTensorFlow(directory);
    console.log(`TensorFlow ${version} (${origin}) in ${directory}`);
  },
});
