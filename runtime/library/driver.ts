import { run } from "./run.ts";

/** Signs of an NVIDIA driver. */
export interface DriverProbes {
  /** `nvidia-smi -L` is missing, fails or lists no GPU, or lists one. */
  readonly smi: "missing" | "fails" | "answers";
  /** Whether the loader's usual folders hold `libcuda.so.1`. */
  readonly libcuda: boolean;
}

/**
 * Whether an NVIDIA driver answers. `nvidia-smi` decides if it is installed. Otherwise, as in small containers, the driver's
 * library decides, which some images hold without a GPU.
 */
export function isDriverPresent({ smi, libcuda }: DriverProbes): boolean {
  return smi === "missing" ? libcuda : smi === "answers";
}

/** Looks for an NVIDIA driver, by these two signs: Deno reads `/proc` and `/dev` only under `--allow-all`. */
export async function nvidiaDriver(libraryPath = Deno.env.get("LD_LIBRARY_PATH") ?? ""): Promise<boolean> {
  const listed = await run("nvidia-smi", ["-L"], { timeout: 10_000 });
  const smi = !listed ? "missing" : listed.success && listed.stdout.includes("GPU 0") ? "answers" : "fails";
  return isDriverPresent({
    smi,
    libcuda: smi === "missing" && await anyHolds([...folders, ...libraryPath.split(":")]),
  });
}

const folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/lib/wsl/lib", "/usr/local/nvidia/lib64"];

async function anyHolds(candidates: string[]): Promise<boolean> {
  for (const folder of candidates.filter((path) => path.startsWith("/"))) {
    try {
      await Deno.stat(`${folder}/libcuda.so.1`);
      return true;
    } catch {
      // it does not exist or cannot be read: try the next one
    }
  }
  return false;
}
