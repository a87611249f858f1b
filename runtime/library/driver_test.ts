import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { isDriverPresent, nvidiaDriver } from "./driver.ts";
import { environment, writeScript } from "./testing/fixtures.ts";

Deno.test("driver: nvidia-smi decides where it is installed, libcuda elsewhere", () => {
  assertEquals(isDriverPresent({ smi: "answers", libcuda: false }), true);
  assertEquals(isDriverPresent({ smi: "fails", libcuda: true }), false);
  assertEquals(isDriverPresent({ smi: "missing", libcuda: true }), true);
  assertEquals(isDriverPresent({ smi: "missing", libcuda: false }), false);
});

Deno.test(
  "driver: nvidia-smi is asked for a GPU, then libcuda is looked for",
  needs("read", "write", "run", "env"),
  async () => {
    using folder = temporaryFolder();
    const { path } = folder;
    using _environment = environment({ PATH: path });
    await Deno.writeTextFile(`${path}/libcuda.so.1`, "");
    assertEquals(await nvidiaDriver(`relative:${path}`), true);
    await writeScript(`${path}/nvidia-smi`, "echo 'NVIDIA-SMI has failed'; exit 9");
    assertEquals(await nvidiaDriver(path), false);
    await writeScript(`${path}/nvidia-smi`, "[ \"$1\" = -L ] && echo 'GPU 0: NVIDIA H100 (UUID: GPU-0)'");
    assertEquals(await nvidiaDriver(""), true);
  },
);
