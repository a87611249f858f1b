import { assertEquals, assertMatch } from "@std/assert";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import { gpuName } from "./gpu_name.ts";

Deno.test("gpuName: nothing where there is no such GPU", needs("ffi"), () => {
  assertEquals(gpuName(4096), undefined);
});

Deno.test("gpuName: what CUDA calls it", needs("gpu", "ffi", "env", "read", "run", "write"), async () => {
  await useEngine();
  assertMatch(gpuName(0) ?? "", /^NVIDIA /);
});
