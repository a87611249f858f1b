import { UserError } from "../../errors.ts";
import { tensorflowVersion, type Variant, type Wheel, wheels } from "./wheels.ts";

/** The machine and device for which a build is chosen. */
export interface BuildRequest {
  /** `Deno.build.os` and `Deno.build.arch`. */
  readonly os: string;
  readonly arch: string;
  readonly device: "auto" | "cpu" | "cuda";
  /** Whether an NVIDIA driver answers on this machine. */
  readonly nvidiaDriver: boolean;
}

/**
 * Chooses the build for a device: `auto` takes CUDA's if a driver answers and there is such a build.
 *
 * @throws {UserError} (exit status 2) for `cuda` without a build or a driver
 */
export function variantFor({ os, arch, device, nvidiaDriver }: BuildRequest): Variant {
  const hasCuda = `${os}-${arch}-cuda` in wheels;
  if (device !== "cuda") return device === "auto" && hasCuda && nvidiaDriver ? "cuda" : "cpu";
  if (!hasCuda) {
    throw new UserError(`--device cuda: TensorFlow has no CUDA build for ${os} ${arch}, only for linux x86_64`, {
      remedy: "Use --device cpu.",
    });
  }
  if (!nvidiaDriver) {
    throw new UserError(
      "--device cuda: no NVIDIA driver answers on this machine (neither nvidia-smi nor libcuda.so.1)",
      {
        remedy: "Install the driver, or use --device cpu.",
      },
    );
  }
  return "cuda";
}

/**
 * Lists the wheels to install for a device on a machine, TensorFlow's first.
 *
 * @throws {UserError} (exit status 2) for `cuda` without a build or a driver; (exit status 1) if there is no wheel for the machine
 */
export function wheelsFor(request: BuildRequest): readonly Wheel[] {
  const { os, arch } = request;
  const found = wheels[`${os}-${arch}-${variantFor(request)}`];
  if (!found) {
    throw new UserError(
      `TensorFlow ${tensorflowVersion} publishes no library that could be installed on ${os} ${arch}`,
      {
        remedy: "Set THORAX_LIBTENSORFLOW to a folder with a build of your own, or use Linux or an Apple silicon Mac.",
        exitStatus: 1,
      },
    );
  }
  return found;
}
