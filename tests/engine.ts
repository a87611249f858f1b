/** For tests: native TensorFlow as tfjs's backend. */
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../runtime/open.ts";
import { onGpu } from "./needs.ts";

/** Opens the engine and makes it the backend in use: on the CPU, or on a GPU where THORAX_TEST_DEVICE is cuda. */
export async function useEngine(): Promise<void> {
  await openEngine({ device: onGpu() ? "cuda" : "cpu", exact: true });
  await tf.setBackend("tensorflow");
}
