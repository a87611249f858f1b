/** For tests: native TensorFlow as tfjs's backend. */
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../runtime/open.ts";

/** Opens the engine on the CPU and makes it the backend in use. */
export async function useEngine(): Promise<void> {
  await openEngine({ device: "cpu" });
  await tf.setBackend("tensorflow");
}
