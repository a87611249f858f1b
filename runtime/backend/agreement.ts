import type { EngineOptions } from "../open.ts";

/** How an engine was opened, and what came of it. */
export interface Opening extends Required<Omit<EngineOptions, "device">> {
  readonly gpu: boolean;
}

const devices: readonly unknown[] = ["auto", "cpu", "cuda"];

/** @throws {TypeError} for an option of no meaning */
export function checkOptions({ device = "auto", index = 0 }: EngineOptions): void {
  if (!devices.includes(device)) {
    throw new TypeError(`openEngine: device must be "auto", "cpu" or "cuda", got ${JSON.stringify(device)}`);
  }
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new TypeError(`openEngine: index must be the number of a GPU, from 0, got ${JSON.stringify(index)}`);
  }
}

/**
 * TensorFlow opens once in a process. What a later call leaves out agrees with whatever is open, and so does "auto"; without a
 * GPU, `index` and `exact` say nothing.
 *
 * @throws {TypeError} for an option that the open engine contradicts
 */
export function checkAgreement(asked: EngineOptions, opening: Opening): void {
  const { gpu, directory, exact, index } = opening;
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

/** The folder itself behind links; of one that is not there, the path. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
