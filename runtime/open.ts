import util from "node:util";
import type { KernelBackend } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../errors.ts";
import { registerNativeKernels } from "../ops/kernels.ts";
import { nativeBackendName } from "../ops/native.ts";
import { Binding } from "./backend/binding.ts";
import { checkAgreement, checkOptions, type Opening } from "./backend/agreement.ts";
import { type ContextOptions, openContext } from "./ffi/context.ts";
import { registerFiles } from "./backend/files.ts";
import { findLibrary } from "./library/find.ts";
import { remedyFor } from "./library/repair.ts";
import { registerSoftmax } from "./backend/softmax.ts";
import { openSolver, openTensorFlow } from "./ffi/tensorflow.ts";

/** How to open the engine. */
export interface EngineOptions extends Partial<ContextOptions> {
  /** The folder of TensorFlow's two libraries; else they are found, or installed (see `library/find.ts`). */
  readonly directory?: string;
  /** On a GPU: float32 throughout, where products and convolutions else round what they multiply to TensorFloat-32's 10 bits. */
  readonly exact?: boolean;
}

/** The engine, open: what it runs on. */
export interface Engine {
  readonly version: string;
  readonly gpu: boolean;
}

/** What the first call opened, for later ones. */
interface Opened extends Opening {
  readonly engine: Engine;
  readonly backend: KernelBackend;
}

let opened: Promise<Opened> | undefined;

/** Lets XLA make one loop of several results (see `ops/adam.ts`). It reads its flags from the environment, once. */
const oneLoop = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion";

/**
 * Opens native TensorFlow, once for the process, and makes it tfjs's backend. Later calls make it the backend again, also where
 * `tf.removeBackend` took it away, and answer with the same engine. Needs the permission ffi, env for TensorFlow's log level and
 * XLA's flags, and those of `findLibrary`.
 *
 * @throws {TypeError} for an option of no meaning, and in a later call for one that contradicts the engine that is open
 * @throws {UserError} where no usable library can be had, or no GPU that was asked for
 *
 * @example
 * ```ts ignore
 * import * as tf from "@tensorflow/tfjs-core";
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
  let first: Opened;
  try {
    first = await attempt;
  } catch (error) {
    if (opened === attempt) opened = undefined; // another folder or device may do
    throw error;
  }
  checkAgreement(options, first);
  await use(first.backend);
  return first.engine;
}

async function open({ directory: named, exact = false, device = "auto", index = 0 }: EngineOptions): Promise<Opened> {
  // tfjs-node-gpu 4.22 calls a function that Node dropped in 23 (tfjs issue 8609)
  if (!("isNullOrUndefined" in util)) Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null });
  if (Deno.env.get("TF_CPP_MIN_LOG_LEVEL") === undefined) Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  const flags = Deno.env.get("XLA_FLAGS") ?? "";
  if (!flags.includes(oneLoop)) Deno.env.set("XLA_FLAGS", `${oneLoop} ${flags}`);
  const { directory, origin } = await findLibrary({ device, directory: named });
  const tensorflow = openTensorFlow(directory, remedyFor(origin));
  if (device !== "cpu") openSolver(directory);
  const context = openContext(tensorflow, { device, index });
  const { enableTensorFloat32 } = tensorflow.c;
  if (exact && context.gpu && !enableTensorFloat32) throw inexact(directory);
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

/** Makes it tfjs's backend, under its name. */
async function use(backend: KernelBackend): Promise<void> {
  if (tf.engine().findBackendFactory(nativeBackendName) === null) {
    tf.registerBackend(nativeBackendName, () => backend, 3);
  }
  if (tf.findBackend(nativeBackendName) !== backend) {
    throw new Error(`openEngine: another backend is registered as "${nativeBackendName}"; remove it before`);
  }
  if (tf.getBackend() !== nativeBackendName) await tf.setBackend(nativeBackendName);
}

function inexact(directory: string): UserError {
  return new UserError(
    `the library in ${directory} cannot turn TensorFloat-32 off, so results on this GPU are not exact`,
    {
      remedy: "Name another library with --tensorflow-library, or do without exact",
    },
  );
}
