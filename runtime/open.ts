import util from "node:util";
import type { KernelBackend } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../errors.ts";
import { registerNativeKernels } from "../ops/kernels.ts";
import { nativeBackendName } from "../ops/native.ts";
import { Binding } from "./backend/binding.ts";
import { checkOptions, checkSettings, type EngineOptions, type EngineSettings } from "./engine_options.ts";
import { openContext } from "./ffi/context.ts";
import { registerFiles } from "./backend/files.ts";
import { findLibrary } from "./library/find.ts";
import { remedyFor } from "./library/repair.ts";
import { registerSoftmax } from "./backend/softmax.ts";
import { openTensorFlow, preloadCusolver } from "./ffi/tensorflow.ts";

/** The engine that is open. */
export interface Engine {
  /** TensorFlow's version, such as `2.21.0`. */
  readonly version: string;
  /** Whether it runs on a GPU. */
  readonly gpu: boolean;
}

/** The engine that the first call opened, for later calls. */
interface EngineInstance extends EngineSettings {
  readonly engine: Engine;
  readonly backend: KernelBackend;
}

let opened: Promise<EngineInstance> | undefined;

/** The flag that lets XLA compute several results in one loop (see `ops/adam.ts`). XLA reads its flags from the environment once. */
const oneLoop = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion";

/**
 * Opens native TensorFlow and makes it tfjs's backend. It opens once in a process: later calls make it the backend again, also after
 * `tf.removeBackend`, and return the same engine. It needs the permissions ffi, env (for TensorFlow's log level and XLA's flags),
 * and those of {@linkcode findLibrary}.
 *
 * @throws {TypeError} for an invalid option, and in a later call for an option that contradicts the open engine
 * @throws {UserError} if no usable library is found or installed, or no GPU for the device "cuda"
 *
 * @example
 * ```ts ignore
 * import * as tf from "@tensorflow/tfjs";
 * import { jit, openEngine } from "@thorax/thorax/runtime";
 * await openEngine({ device: "cpu" });
 * const gram = jit((x: tf.Tensor2D) => tf.matMul(x, x, true));
 * (await gram(tf.ones([512, 64]))).print();
 * ```
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  checkOptions(options);
  opened ??= open(options);
  const attempt = opened;
  let first: EngineInstance;
  try {
    first = await attempt;
  } catch (error) {
    if (opened === attempt) opened = undefined; // a later call may try another folder or device
    throw error;
  }
  checkSettings(options, first);
  await use(first.backend);
  return first.engine;
}

async function open(
  { directory: named, exact = false, device = "auto", index = 0 }: EngineOptions,
): Promise<EngineInstance> {
  // tfjs-node-gpu 4.22 calls a function that Node dropped in 23 (tfjs issue 8609)
  if (!("isNullOrUndefined" in util)) Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null });
  if (Deno.env.get("TF_CPP_MIN_LOG_LEVEL") === undefined) Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  const flags = Deno.env.get("XLA_FLAGS") ?? "";
  if (!flags.includes(oneLoop)) Deno.env.set("XLA_FLAGS", `${oneLoop} ${flags}`);
  const { directory, origin } = await findLibrary({ device, directory: named });
  const tensorflow = openTensorFlow(directory, remedyFor(origin));
  if (device !== "cpu") preloadCusolver(directory);
  const context = openContext(tensorflow, { device, index });
  const { enableTensorFloat32 } = tensorflow.c;
  if (exact && context.gpu && !enableTensorFloat32) throw noExactMode(directory);
  enableTensorFloat32?.(!exact);
  const { ThoraxBackend } = await import("./backend/backend.ts");
  await import("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const backend = new ThoraxBackend(new Binding(tensorflow, context));
  await use(backend);
  registerNativeKernels();
  registerSoftmax(tensorflow, context);
  await registerFiles();
  const { gpu } = context;
  return { engine: { version: tensorflow.version, gpu }, backend, gpu, directory, exact, index };
}

/** Registers the backend if necessary, and makes it tfjs's current backend. */
async function use(backend: KernelBackend): Promise<void> {
  if (tf.engine().findBackendFactory(nativeBackendName) === null) {
    tf.registerBackend(nativeBackendName, () => backend, 3);
  }
  if (tf.findBackend(nativeBackendName) !== backend) {
    throw new Error(`openEngine: another backend is registered as "${nativeBackendName}"; remove it before`);
  }
  if (tf.getBackend() !== nativeBackendName) await tf.setBackend(nativeBackendName);
}

function noExactMode(directory: string): UserError {
  return new UserError(
    `the library in ${directory} cannot turn TensorFloat-32 off, so results on this GPU are not exact`,
    {
      remedy: "Name another library with --tensorflow-library, or do without exact",
    },
  );
}
