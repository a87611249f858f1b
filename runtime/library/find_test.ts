import { assert, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { root } from "../../tests/command.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { findLibrary } from "./find.ts";
import { libraryNames } from "./folder.ts";
import { writeManifest } from "./manifest.ts";
import { environment, writeLibraries, writeScript } from "./testing/fixtures.ts";
import { wheelsFor } from "./variant.ts";

const allowed = needs("read", "write", "run", "env");
const { os, arch } = Deno.build;
const [tensorflow, framework] = libraryNames(os);

Deno.test("findLibrary: the option comes before the variable, and what a folder lacks is named", allowed, async () => {
  using folder = temporaryFolder();
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

/** Makes a cache folder and a fake Python in a temporary folder. `asked` tells how often python3 was started. */
async function places(path: string) {
  const cached = `${path}/cache/thorax/tensorflow-2.21.0-cpu`, site = `${path}/site-packages`;
  const files = { [`tensorflow/${tensorflow}`]: 0, [`tensorflow/${framework}`]: 0 };
  await writeScript(`${path}/python3`, `echo asked >> ${path}/asked; echo ${site}/tensorflow/__init__.py`);
  const found = { version: "2.21.0", variant: "cpu" as const };
  return {
    variables: { THORAX_LIBTENSORFLOW: undefined, XDG_CACHE_HOME: `${path}/cache`, PATH: path },
    site,
    ofCache: { ...found, directory: `${cached}/tensorflow`, origin: "cache" as const },
    ofPython: { ...found, directory: `${site}/tensorflow`, origin: "python" as const },
    async fillCache() {
      await writeLibraries(`${cached}/tensorflow`);
      await writeManifest(cached, wheelsFor({ os, arch, device: "cpu", nvidiaDriver: false }), files);
    },
    async fillPython() {
      await writeLibraries(`${site}/tensorflow`);
      await Deno.mkdir(`${site}/tensorflow_cpu-2.21.0.dist-info`);
    },
    asked: async () => (await Deno.readTextFile(`${path}/asked`).catch(() => "")).split("\n").length - 1,
  };
}

Deno.test("findLibrary: the cache serves without python3, and comes before what python3 has", allowed, async () => {
  using folder = temporaryFolder();
  const { variables, ofCache, fillCache, fillPython, asked } = await places(folder.path);
  using _environment = environment(variables);
  await fillCache();
  await fillPython();
  assertEquals(await findLibrary({ device: "cpu" }), ofCache);
  assertEquals(await asked(), 0);
});

Deno.test("findLibrary: python3 is asked once, and again where what it had is gone", allowed, async () => {
  using folder = temporaryFolder();
  const { variables, site, ofCache, ofPython, fillCache, fillPython, asked } = await places(folder.path);
  using _environment = environment(variables);
  await fillPython();
  assertEquals([await findLibrary({ device: "cpu" }), await findLibrary({ device: "cpu" })], [ofPython, ofPython]);
  assertEquals(await asked(), 1);

  await Deno.rename(`${site}/tensorflow_cpu-2.21.0.dist-info`, `${site}/tensorflow_cpu-2.21.3.dist-info`);
  assertEquals(await findLibrary({ device: "cpu" }), { ...ofPython, version: "2.21.3" });
  assertEquals(await asked(), 1);
  await Deno.rename(`${site}/tensorflow_cpu-2.21.3.dist-info`, `${site}/tensorflow_cpu-2.20.0.dist-info`);
  await assertRejects(() => findLibrary({ device: "cpu", onProgress: () => {} }), UserError);
  assert(await asked() > 1);
  await fillCache();
  assertEquals(await findLibrary({ device: "cpu" }), ofCache);
});

Deno.test(
  "findLibrary: with leave to read alone it finds what was installed or noted before, and else says to run setup",
  allowed,
  async () => {
    using folder = temporaryFolder();
    const { variables, ofCache, ofPython, fillCache, fillPython, asked } = await places(folder.path);
    using _environment = environment(variables);
    const script = `import { findLibrary } from ${JSON.stringify(new URL("find.ts", import.meta.url).href)};
      console.log(JSON.stringify(await findLibrary({ device: "cpu" }).catch(({ message, exitStatus }) => [message, exitStatus])));`;
    await Deno.writeTextFile(`${folder.path}/script.ts`, script);
    const find = async () => {
      const args = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-env", `${folder.path}/script.ts`];
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
      assertEquals(new TextDecoder().decode(stderr), "");
      return JSON.parse(new TextDecoder().decode(stdout));
    };
    const refused = [
      "TensorFlow's library is not installed, and to install it this command lacks the permissions to run python3 and " +
      "to write. Run deno task setup first",
      2,
    ];
    assertEquals(await find(), refused);
    await fillPython();
    assertEquals([await find(), await asked()], [refused, 0]);
    await findLibrary({ device: "cpu" });
    assertEquals([await find(), await asked()], [ofPython, 1]);
    await fillCache();
    assertEquals([await find(), await asked()], [ofCache, 1]);
  },
);

Deno.test(
  "findLibrary: with nothing anywhere and no Python it says what to do, and leaves nothing",
  allowed,
  async () => {
    using folder = temporaryFolder();
    const variables = { THORAX_LIBTENSORFLOW: undefined, XDG_CACHE_HOME: folder.path, PATH: folder.path };
    using _environment = environment(variables);
    const find = () => findLibrary({ device: "cpu", onProgress: () => {} });
    const error = await assertRejects(find, UserError, "python3, whose pip would fetch it, cannot be started");
    assertEquals(error.exitStatus, 1);
    const left = await Array.fromAsync(Deno.readDir(`${folder.path}/thorax`));
    assertEquals(left.map(({ name }) => name), ["install.lock"]);
  },
);
