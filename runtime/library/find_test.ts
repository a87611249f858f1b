import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { findLibrary } from "./find.ts";
import { libraryNames } from "./folder.ts";
import { writeManifest } from "./manifest.ts";
import { environment, temporaryFolder, writeLibraries, writeScript } from "./testing/fixtures.ts";
import { wheelsFor } from "./variant.ts";

const allowed = needs("read", "write", "run", "env");
const { os, arch } = Deno.build;
const [tensorflow, framework] = libraryNames(os);

Deno.test("findLibrary: the option comes before the variable, and what a folder lacks is named", allowed, async () => {
  await using folder = await temporaryFolder();
  const path = await Deno.realPath(folder.path);
  using _environment = environment({ THORAX_LIBTENSORFLOW: path });
  const fails = async (directory: string | undefined, message: string) => {
    const error = await assertRejects(() => findLibrary({ device: "auto", directory }), UserError, message);
    assertEquals(error.exitStatus, 2);
  };
  await fails(
    `${path}/a`,
    `--tensorflow-library: ${tensorflow} and ${framework} are not in ${path}/a. Name the folder`,
  );
  await Deno.writeTextFile(`${path}/${framework}`, "");
  await fails(undefined, `THORAX_LIBTENSORFLOW: ${tensorflow} is not in ${path}.`);

  await writeLibraries(path);
  const named = { directory: path, version: undefined, variant: undefined };
  assertEquals(await findLibrary({ device: "auto" }), { ...named, origin: "environment" });
  await writeLibraries(`${path}/own`);
  const found = await findLibrary({ device: "auto", directory: `${path}/own` });
  assertEquals(found, { ...named, directory: `${path}/own`, origin: "option" });
});

Deno.test("findLibrary: Python's comes before the cache's, and the cache serves without Python", allowed, async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  const variables = { THORAX_LIBTENSORFLOW: undefined, XDG_CACHE_HOME: `${path}/cache`, PATH: path };
  using _environment = environment(variables);
  const cached = `${path}/cache/thorax/tensorflow-2.21.0-cpu`;
  await writeLibraries(`${cached}/tensorflow`);
  const files = { [`tensorflow/${tensorflow}`]: 0, [`tensorflow/${framework}`]: 0 };
  await writeManifest(cached, wheelsFor({ os, arch, device: "cpu", nvidiaDriver: false }), files);
  const found = { directory: `${cached}/tensorflow`, version: "2.21.0", variant: "cpu" as const };
  assertEquals(await findLibrary({ device: "cpu" }), { ...found, origin: "cache" as const });

  const site = `${path}/site-packages`;
  await writeLibraries(`${site}/tensorflow`);
  await Deno.mkdir(`${site}/tensorflow_cpu-2.21.0.dist-info`);
  await writeScript(`${path}/python3`, `echo ${site}/tensorflow/__init__.py`);
  const python = { ...found, directory: `${site}/tensorflow`, origin: "python" as const };
  assertEquals(await findLibrary({ device: "cpu" }), python);

  await Deno.rename(`${site}/tensorflow_cpu-2.21.0.dist-info`, `${site}/tensorflow_cpu-2.20.0.dist-info`);
  assertEquals(await findLibrary({ device: "cpu" }), { ...found, origin: "cache" as const });
});

Deno.test(
  "findLibrary: with nothing anywhere and no Python it says what to do, and leaves nothing",
  allowed,
  async () => {
    await using folder = await temporaryFolder();
    const variables = { THORAX_LIBTENSORFLOW: undefined, XDG_CACHE_HOME: folder.path, PATH: folder.path };
    using _environment = environment(variables);
    const find = () => findLibrary({ device: "cpu", onProgress: () => {} });
    const error = await assertRejects(find, UserError, "python3, whose pip would fetch it, cannot be started");
    assertEquals(error.exitStatus, 1);
    const left = await Array.fromAsync(Deno.readDir(`${folder.path}/thorax`));
    assertEquals(left.map(({ name }) => name), ["install.lock"]);
  },
);
