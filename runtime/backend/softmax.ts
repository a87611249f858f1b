import { registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import { attribute, nativeBackendName, nativeKernel, T } from "../../ops/native.ts";
import type { Context } from "../ffi/context.ts";
import type { TensorFlow } from "../ffi/tensorflow.ts";

/**
 * Softmax by oneDNN's kernel where TensorFlow puts it in a graph: it alone of a training step's ops is not the same when it runs
 * at once, and after a few steps of Adam the last bit is the third digit.
 */
export function registerSoftmax({ c }: TensorFlow, { gpu }: Context): void {
  if (gpu || !c.IsMKLEnabled?.()) return;
  unregisterKernel("Softmax", nativeBackendName);
  const label = attribute.string("_kernel", "MklNameChangeOp"); // as TensorFlow's own rewrite of eager ops labels them
  registerKernel(
    nativeKernel(
      "Softmax",
      ({ inputs: { logits }, backend }) => backend.executeSingleOutput("_MklSoftmax", [T, label], [logits]),
    ),
  );
}
