import type { Device } from "./ffi/context.ts";

/** Options of {@linkcode openEngine}. */
export interface EngineOptions {
  /** Which processor runs the graphs. Default: `"auto"`, which takes a GPU if TensorFlow finds one. */
  readonly device?: Device;
  /** Which of several GPUs, from 0. Default: 0. */
  readonly index?: number;
  /** The folder of TensorFlow's two libraries. Default: the one that {@linkcode findLibrary} finds or installs. */
  readonly directory?: string;
  /**
   * Whether a GPU computes in float32 throughout. Otherwise products and convolutions round what they multiply to the 10 bits of
   * TensorFloat-32. Default: false.
   */
  readonly exact?: boolean;
}

/** The settings of the open engine. */
export interface EngineSettings {
  readonly gpu: boolean;
  readonly index: number;
  readonly directory: string;
  readonly exact: boolean;
}

const devices: readonly unknown[] = ["auto", "cpu", "cuda"];

/**
 * Checks the options of a call.
 *
 * @throws {TypeError} for an invalid option
 */
export function checkOptions({ device = "auto", index = 0 }: EngineOptions): void {
  if (!devices.includes(device)) {
    throw new TypeError(`openEngine: device must be "auto", "cpu" or "cuda", got ${JSON.stringify(device)}`);
  }
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new TypeError(`openEngine: index must be the number of a GPU, from 0, got ${JSON.stringify(index)}`);
  }
}

/**
 * Compares the options of a later call with the engine that is open; TensorFlow opens once in a process. An option that is left
 * out, and the device "auto", agree with any engine. Without a GPU, `index` and `exact` mean nothing.
 *
 * @throws {TypeError} if an option contradicts the open engine
 */
export function checkSettings(asked: EngineOptions, settings: EngineSettings): void {
  const { gpu, directory, exact, index } = settings;
  const contradictions = {
    device: (asked.device === "cpu" && gpu || asked.device === "cuda" && !gpu) &&
      `runs on ${gpu ? "a GPU" : "the CPU"}`,
    index: gpu && asked.index !== undefined && asked.index !== index && `runs on GPU ${index}`,
    exact: gpu && asked.exact !== undefined && asked.exact !== exact && `was opened with exact ${exact}`,
    directory: asked.directory !== undefined && realPath(asked.directory) !== realPath(directory) &&
      `has its library in ${directory}`,
  };
  for (const option of ["device", "index", "exact", "directory"] as const) {
    const fact = contradictions[option];
    if (!fact) continue;
    throw new TypeError(
      `openEngine: ${option} ${
        JSON.stringify(asked[option])
      } is too late: the engine of this process is open and ${fact}; ` +
        "ask for it in the first call, or in another process",
    );
  }
}

/** Resolves links in a path; a path that does not exist stays as it is. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
