import { registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import { attribute, nativeBackendName, nativeKernel, T } from "../../ops/native.ts";
import type { Context } from "../ffi/context.ts";
import type { TensorFlow } from "../ffi/tensorflow.ts";

/**
 * Registers oneDNN's softmax for eager mode too, where TensorFlow uses it in graphs. It is the only op of a training step whose
 * eager result differs: after a few steps of Adam a difference in the last bit grows to the third digit.
 */
export function registerSoftmax({ c }: TensorFlow, { gpu }: Context): void {
  if (gpu || !c.IsMKLEnabled?.()) return;
  unregisterKernel("Softmax", nativeBackendName);
  const label = attribute.string("_kernel", "MklNameChangeOp"); // the label that TensorFlow's rewrite of eager ops sets
  registerKernel(
    nativeKernel(
      "Softmax",
      ({ inputs: { logits }, backend }) => backend.executeSingleOutput("_MklSoftmax", [T, label], [logits]),
    ),
  );
}
