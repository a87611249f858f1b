import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../errors.ts";
import { exactConvolution } from "../ops/algorithm.ts";
import { bfloat16Speedup } from "../ops/precision.ts";
import { type Engine, openEngine } from "../runtime/open.ts";
import type { Values } from "./options/option.ts";
import type { engineOptions } from "./options/shared_options.ts";

/**
 * Opens TensorFlow with the options of a command.
 *
 * @throws {UserError} where it cannot be found or installed, or bfloat16 is asked for and slower than float32 here
 */
export async function startEngine(options: Values<typeof engineOptions>): Promise<Engine> {
  tf.env().set(exactConvolution, options.exactConvolution);
  const { device, index, tensorflowLibrary: directory } = options;
  const engine = await openEngine({ device, index, directory, exact: options.exactConvolution });
  if (index > 0 && device !== "cpu" && !engine.gpu) {
    console.error(`--index ${index} is for a GPU, and none is used here`);
  }
  if (options.precision === "bfloat16") refuseSlowBfloat16();
  return engine;
}

function refuseSlowBfloat16(): void {
  const speedup = bfloat16Speedup();
  if (speedup >= 1) return;
  const found = speedup === 0
    ? "it has no convolution in bfloat16"
    : `a convolution runs at ${speedup.toFixed(2)} of its speed in float32`;
  throw new UserError(`--precision bfloat16 is not faster on this machine: ${found}`, {
    remedy: "Leave the option out; processors with AVX512-BF16 or AMX and GPUs since 2020 have instructions for it",
  });
}
