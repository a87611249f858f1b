import { findLibrary } from "../runtime/library/find.ts";
import { openOrReinstall, remedyFor } from "../runtime/library/repair.ts";
import { openTensorFlow } from "../runtime/ffi/tensorflow.ts";
import { engineOptions } from "./options/shared_options.ts";
import { defineCommand } from "./cli.ts";

export const setup = defineCommand({
  name: "setup",
  summary: "find TensorFlow's library, or install it",
  description:
    "Finds TensorFlow's library, or installs it from a wheel into the cache folder, and says which one it is. " +
    "Every other command does the same when it needs to. A damaged library in the cache is installed again.",
  examples: ["deno task setup", "THORAX_LIBTENSORFLOW=/opt/tensorflow deno task setup"],
  options: { tensorflowLibrary: engineOptions.tensorflowLibrary, device: engineOptions.device },
  async run({ tensorflowLibrary, device }) {
    const { library: { directory, origin }, opened: { version } } = await openOrReinstall({
      find: () => findLibrary({ device, directory: tensorflowLibrary }),
      open: ({ directory, origin }) => openTensorFlow(directory, remedyFor(origin)),
      tell: (line) => console.error(line),
    });
    console.log(`TensorFlow ${version} (${origin}) in ${directory}`);
  },
});
