import { UserError } from "../../errors.ts";
import { fromCString } from "./c_string.ts";
import { silently } from "./silence.ts";
import { existing, type TensorFlow } from "./tensorflow.ts";

/** Which processor runs the graphs. */
export type Device = "auto" | "cpu" | "cuda";

/** What a context is made with. */
export interface ContextOptions {
  readonly device: Device;
  /** Which of several GPUs, from 0. */
  readonly index: number;
}

/** An eager context: where handles live and ops run. */
export interface Context {
  readonly pointer: Deno.PointerObject;
  /** Whether ops run on a GPU. */
  readonly gpu: boolean;
}

/** Makes the eager context; `cuda` without a GPU that TensorFlow can use is a UserError. */
export function openContext({ c, status, check }: TensorFlow, { device, index }: ContextOptions): Context {
  const options = existing(c.TFE_NewContextOptions(), "context options");
  const config = configProto({ device, index, threads: navigator.hardwareConcurrency });
  c.TFE_ContextOptionsSetConfig(options, config, BigInt(config.length), status);
  check("configure TensorFlow");
  const pointer = silently(() => c.TFE_NewContext(options, status));
  c.TFE_DeleteContextOptions(options);
  check("start TensorFlow");
  const context = existing(pointer, "context");
  const list = existing(c.TFE_ContextListDevices(context, status), "device list");
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
 * A serialized tensorflow.ConfigProto (tensorflow/core/protobuf/config.proto): device_count (1), intra_op_parallelism_threads
 * (2), inter_op_parallelism_threads (5), gpu_options (6) with allow_growth (4) and visible_device_list (5).
 */
export function configProto({ device, index, threads }: ContextOptions & { threads: number }): Uint8Array<ArrayBuffer> {
  const text = (field: number, value: string) => bytes(field, [...new TextEncoder().encode(value)]);
  const noGpu = bytes(1, [...text(1, "GPU"), ...varint(2, 0)]);
  const oneGpu = bytes(6, [...varint(4, 1), ...text(5, String(index))]);
  return Uint8Array.from([...varint(2, threads), ...varint(5, 2), ...(device === "cpu" ? noGpu : oneGpu)]);
}

/** A protobuf field of wire type 0: seven bits a byte, the low ones first. */
const varint = (field: number, value: number) => {
  const encoded = [field << 3];
  for (; value > 127; value = Math.floor(value / 128)) encoded.push(value % 128 | 128);
  return [...encoded, value];
};
/** A protobuf field of wire type 2; fewer than 128 bytes. */
const bytes = (field: number, content: number[]) => [field << 3 | 2, content.length, ...content];
