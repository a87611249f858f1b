import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { findInPython, installedVersion } from "./python.ts";
import { run } from "./run.ts";
import { environment, writeLibraries, writeScript } from "./testing/fixtures.ts";

Deno.test("python: only a release of the pinned minor version counts", () => {
  assertEquals(installedVersion(["numpy-2.4.0.dist-info", "tensorflow-2.21.0.dist-info"], "cpu"), "2.21.0");
  assertEquals(installedVersion(["tensorflow_cpu-2.21.1.dist-info"], "cpu"), "2.21.1");
  assertEquals(installedVersion(["tensorflow-2.21.0-py3.12.egg-info"], "cpu"), "2.21.0");
  assertEquals(installedVersion(["tensorflow-2.20.0.dist-info"], "cpu"), undefined);
  assertEquals(installedVersion(["tensorflow-2.21.0rc1.dist-info"], "cpu"), undefined);
  assertEquals(installedVersion(["tensorflow_datasets-2.21.0.dist-info", "tensorflow"], "cpu"), undefined);
});

Deno.test("python: tensorflow-cpu does not serve CUDA", () => {
  assertEquals(installedVersion(["tensorflow_cpu-2.21.0.dist-info"], "cuda"), undefined);
  assertEquals(installedVersion(["tensorflow-2.21.0.dist-info"], "cuda"), "2.21.0");
});

const allowed = needs("read", "write", "run", "env");

Deno.test(
  "python: the folder of an installed package is found, for CUDA only beside its libraries",
  allowed,
  async () => {
    using folder = temporaryFolder();
    const { path } = folder;
    const directory = `${path}/site-packages/tensorflow`;
    await writeScript(`${path}/python3`, `echo ${directory}/__init__.py`);
    using _environment = environment({ PATH: path });
    const find = (variant: "cpu" | "cuda") => findInPython(variant, Deno.build.os);

    await Deno.mkdir(`${path}/site-packages/tensorflow-2.21.0.dist-info`, { recursive: true });
    assertEquals(await find("cpu"), undefined);
    await writeLibraries(directory);
    assertEquals(await find("cpu"), { directory, version: "2.21.0" });
    assertEquals(await find("cuda"), undefined);
    await Deno.mkdir(`${path}/site-packages/nvidia/cudnn`, { recursive: true });
    assertEquals(await find("cuda"), { directory, version: "2.21.0" });
  },
);

Deno.test("python: without python3, or with one that fails, nothing is found", allowed, async () => {
  using folder = temporaryFolder();
  using _environment = environment({ PATH: folder.path });
  assertEquals(await findInPython("cpu", "linux"), undefined);
  await writeScript(`${folder.path}/python3`, "exit 3");
  assertEquals(await findInPython("cpu", "linux"), undefined);
});

const python = !allowed.ignore && (await run("python3", ["--version"]))?.success;

Deno.test("python: the real python3 is asked without importing TensorFlow", { ignore: !python }, async () => {
  using folder = temporaryFolder();
  const site = `${folder.path}/site`;
  await Deno.mkdir(`${site}/tensorflow-2.21.0.dist-info`, { recursive: true });
  await writeLibraries(`${site}/tensorflow`);
  await Deno.writeTextFile(`${site}/tensorflow/__init__.py`, `open(${JSON.stringify(`${site}/imported`)}, "w")`);
  using _environment = environment({ PYTHONPATH: site });
  const found = await findInPython("cpu", Deno.build.os);
  assertEquals(found, { directory: `${site}/tensorflow`, version: "2.21.0" });
  assertEquals((await Array.fromAsync(Deno.readDir(site))).some(({ name }) => name === "imported"), false);
});
