import { run } from "./run.ts";

/** What was seen of an NVIDIA driver. */
export interface Probes {
  /** `nvidia-smi -L`: not there, failed or listed no GPU, or listed one. */
  readonly smi: "missing" | "fails" | "answers";
  /** Whether the loader's usual folders hold `libcuda.so.1`. */
  readonly libcuda: boolean;
}

/**
 * Whether an NVIDIA driver answers. `nvidia-smi` decides where it is installed; elsewhere (small containers) the driver's
 * library does, which some images carry without a GPU.
 */
export function answers({ smi, libcuda }: Probes): boolean {
  return smi === "missing" ? libcuda : smi === "answers";
}

/** Looks for an NVIDIA driver. (Deno reads `/proc` and `/dev` only under `--allow-all`, so these two are what is left.) */
export async function nvidiaDriver(libraryPath = Deno.env.get("LD_LIBRARY_PATH") ?? ""): Promise<boolean> {
  const listed = await run("nvidia-smi", ["-L"], { timeout: 10_000 });
  const smi = !listed ? "missing" : listed.success && listed.stdout.includes("GPU 0") ? "answers" : "fails";
  return answers({ smi, libcuda: smi === "missing" && await anyHolds([...folders, ...libraryPath.split(":")]) });
}

const folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/lib/wsl/lib", "/usr/local/nvidia/lib64"];

async function anyHolds(candidates: string[]): Promise<boolean> {
  for (const folder of candidates.filter((path) => path.startsWith("/"))) {
    try {
      await Deno.stat(`${folder}/libcuda.so.1`);
      return true;
    } catch {
      // Not there, or not ours to read: the next one.
    }
  }
  return false;
}
