import * as tf from "@tensorflow/tfjs-core";
import { nativeBackendName } from "../../ops/native.ts";

/**
 * Makes the native engine run every op as it is called. It registers the same backend and kernels under another name, for
 * which `jit` calls a function without tracing it.
 */
export async function runOpByOp(): Promise<void> {
  const name = `${nativeBackendName}-eager`;
  const native = tf.backend();
  tf.registerBackend(name, () => native);
  tf.copyRegisteredKernels(nativeBackendName, name);
  await tf.setBackend(name);
}
