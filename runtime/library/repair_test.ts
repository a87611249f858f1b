import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import type { Library } from "./find.ts";
import { install } from "./install.ts";
import { isComplete } from "./manifest.ts";
import { openOrReinstall, remedyFor } from "./repair.ts";
import { run } from "./run.ts";
import { fakeMembers, pipFrom, writeFakeWheel } from "./testing/fake_wheel.ts";
import { environment } from "./testing/fixtures.ts";

const allowed = needs("read", "write", "run", "env");
const pip = !allowed.ignore && (await run("python3", ["-m", "pip", "--version"]))?.success;
const [path, bytes] = Object.entries(fakeMembers)[0];

/** Opens a fake TensorFlow from a cache with `openOrReinstall`, and records what it reports. */
async function inCache(damage: (file: string) => Promise<void>, isUsable: (file: Uint8Array) => boolean) {
  using folder = temporaryFolder();
  const cache = `${folder.path}/cache`, wheels = [await writeFakeWheel(folder.path)];
  using _environment = environment(pipFrom(folder.path));
  const find = async (): Promise<Library> => {
    const isThere = await isComplete(`${cache}/tf`, wheels);
    const origin = isThere ? "cache" : await install({ cache, name: "tf", wheels, onProgress: () => {} });
    return { directory: `${cache}/tf/tensorflow`, version: "2.21.0", variant: "cpu", origin };
  };
  await find();
  await damage(`${cache}/tf/${path}`);
  const told: string[] = [];
  const open = ({ directory }: Library) => {
    const file = Deno.readFileSync(`${directory}/${path.slice("tensorflow/".length)}`);
    if (isUsable(file)) return file;
    throw new UserError("cannot be opened", { cause: new Error("invalid ELF header") });
  };
  const { library, opened } = await openOrReinstall({
    find,
    open,
    tell: (line) => told.push(line.replace(cache, "CACHE")),
  });
  return { origin: library.origin, opened, told };
}

async function spoil(file: string): Promise<void> {
  await Deno.writeFile(file, bytes.map((byte, at) => at === 1000 ? byte ^ 1 : byte));
}

Deno.test("openOrReinstall: a library of the cache that lost a bit is installed anew, before it is opened", {
  ignore: !pip,
}, async () => {
  const { origin, opened, told } = await inCache(spoil, () => true);
  assertEquals([origin, opened], ["installed", bytes]);
  assertEquals(told, [
    `The TensorFlow in the cache is damaged (CACHE/tf/${path} is not the file that was installed). ` +
    "Thorax installs it again.",
  ]);
});

Deno.test("openOrReinstall: one that cannot be opened, of before checksums were kept, is installed anew", {
  ignore: !pip,
}, async () => {
  const { origin, opened, told } = await inCache(async (file) => {
    await spoil(file);
    const manifest = `${file.slice(0, -path.length)}manifest.json`;
    const { digests: _, ...old } = JSON.parse(await Deno.readTextFile(manifest));
    await Deno.writeTextFile(manifest, JSON.stringify(old));
  }, (file) => file[1000] === bytes[1000]);
  assertEquals([origin, opened], ["installed", bytes]);
  assertEquals(told, ["The TensorFlow in the cache is damaged (invalid ELF header). Thorax installs it again."]);
});

Deno.test("openOrReinstall: a sound one is opened, and nothing is told", { ignore: !pip }, async () => {
  const { origin, opened, told } = await inCache(async () => {}, () => true);
  assertEquals([origin, opened, told], ["cache", bytes, []]);
});

Deno.test(
  "openOrReinstall: a folder that the user named stays as it is, and the error says what to do",
  allowed,
  async () => {
    for (const origin of ["option", "environment", "python"] as const) {
      using folder = temporaryFolder();
      await Deno.writeTextFile(`${folder.path}/manifest.json`, "the user's own");
      const library: Library = {
        directory: `${folder.path}/tensorflow`,
        version: undefined,
        variant: undefined,
        origin,
      };
      const open = () => {
        throw new UserError("cannot be opened", { remedy: remedyFor(origin) });
      };
      const tell = () => {
        throw new Error("nothing is to be told");
      };
      const error = await assertRejects(
        () => openOrReinstall({ find: () => Promise.resolve(library), open, tell }),
        UserError,
      );
      assertEquals(error.message, `cannot be opened. ${remedyFor(origin)}`);
      assertEquals(await Deno.readTextFile(`${folder.path}/manifest.json`), "the user's own");
    }
  },
);
