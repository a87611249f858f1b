import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { type BuildRequest, variantFor, wheelsFor } from "./variant.ts";

const linux = { os: "linux", arch: "x86_64", device: "auto", nvidiaDriver: false } satisfies BuildRequest;
const first = (request: BuildRequest) => wheelsFor(request)[0].file;

Deno.test("wheelsFor: one wheel for the processor on Linux and on Apple silicon", () => {
  assertEquals(first(linux), "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl");
  assertEquals(first({ ...linux, arch: "aarch64" }), "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl");
  assertEquals(
    first({ ...linux, os: "darwin", arch: "aarch64" }),
    "tensorflow-2.21.0-cp312-cp312-macosx_12_0_arm64.whl",
  );
  assertEquals(wheelsFor(linux).length, 1);
});

Deno.test("wheelsFor: an NVIDIA driver brings CUDA's wheels on Linux x86-64, unless the processor is asked for", () => {
  const driver = { ...linux, nvidiaDriver: true };
  assertEquals(first(driver), "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl");
  assertEquals(wheelsFor(driver).length, 13);
  assertEquals(wheelsFor({ ...driver, device: "cuda" }), wheelsFor(driver));
  assertEquals(wheelsFor({ ...driver, device: "cpu" }), wheelsFor(linux));
  assertEquals(variantFor({ ...driver, arch: "aarch64" }), "cpu");
});

Deno.test("wheelsFor: cuda without a driver, or without such a build, is a wrong option", () => {
  const without = assertThrows(
    () => wheelsFor({ ...linux, device: "cuda" }),
    UserError,
    "--device cuda: no NVIDIA driver answers on this machine (neither nvidia-smi nor libcuda.so.1). Install the driver, or use --device cpu.",
  );
  assertEquals(without.exitStatus, 2);
  const mac = { os: "darwin", arch: "aarch64", device: "cuda", nvidiaDriver: false } satisfies BuildRequest;
  const message =
    "--device cuda: TensorFlow has no CUDA build for darwin aarch64, only for linux x86_64. Use --device cpu.";
  assertEquals(assertThrows(() => wheelsFor(mac), UserError, message).exitStatus, 2);
});

Deno.test("wheelsFor: where TensorFlow publishes nothing, the variable is the remedy", () => {
  for (const [os, arch] of [["windows", "x86_64"], ["darwin", "x86_64"]]) {
    const error = assertThrows(
      () => wheelsFor({ ...linux, os, arch }),
      UserError,
      `TensorFlow 2.21.0 publishes no library that could be installed on ${os} ${arch}. Set THORAX_LIBTENSORFLOW to a folder`,
    );
    assertEquals(error.exitStatus, 1);
  }
});
