import { UserError } from "../../errors.ts";
import { field, serialize } from "../../formats/protobuf/writer.ts";
import { fromCString } from "./c_string.ts";
import { suppressStderr } from "./suppress_stderr.ts";
import { nonNull, type TensorFlow } from "./tensorflow.ts";

/** The processor that runs the graphs; `"auto"` takes a GPU if TensorFlow finds one. */
export type Device = "auto" | "cpu" | "cuda";

/** Options of {@linkcode openContext}. */
export interface ContextOptions {
  readonly device: Device;
  /** Which of several GPUs, from 0. */
  readonly index: number;
}

/** An eager context, which holds tensors and runs ops. */
export interface Context {
  readonly pointer: Deno.PointerObject;
  /** Whether ops run on a GPU. */
  readonly gpu: boolean;
}

/**
 * Makes the eager context.
 *
 * @throws {UserError} for the device "cuda" if TensorFlow finds no GPU
 */
export function openContext({ c, status, check }: TensorFlow, { device, index }: ContextOptions): Context {
  const options = nonNull(c.TFE_NewContextOptions(), "context options");
  const config = configProto({ device, index, threads: navigator.hardwareConcurrency });
  c.TFE_ContextOptionsSetConfig(options, config, BigInt(config.length), status);
  check("configure TensorFlow");
  const pointer = suppressStderr(() => c.TFE_NewContext(options, status));
  c.TFE_DeleteContextOptions(options);
  check("start TensorFlow");
  const context = nonNull(pointer, "context");
  const list = nonNull(c.TFE_ContextListDevices(context, status), "device list");
  check("list devices");
  const types = Array.from(
    { length: c.TF_DeviceListCount(list) },
    (_, i) => fromCString(c.TF_DeviceListType(list, i, status)),
  );
  c.TF_DeleteDeviceList(list);
  const gpu = types.includes("GPU");
  if (device === "cuda" && !gpu) {
    throw new UserError(`--device cuda: TensorFlow finds no GPU ${index}`, {
      remedy: "Check nvidia-smi and --index, or run with --device cpu",
    });
  }
  return { pointer: context, gpu };
}

/**
 * Serializes a tensorflow.ConfigProto (tensorflow/core/protobuf/config.proto): device_count (1), intra_op_parallelism_threads
 * (2), inter_op_parallelism_threads (5), gpu_options (6) with allow_growth (4) and visible_device_list (5).
 */
export function configProto({ device, index, threads }: ContextOptions & { threads: number }): Uint8Array<ArrayBuffer> {
  const noGpu = field.message(1, [...field.text(1, "GPU"), ...field.integer(2, 0)]);
  const oneGpu = field.message(6, [...field.integer(4, true), ...field.text(5, String(index))]);
  return serialize([...field.integer(2, threads), ...field.integer(5, 2), ...device === "cpu" ? noGpu : oneGpu]);
}
