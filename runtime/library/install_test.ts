import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { install } from "./install.ts";
import type { Progress } from "./progress.ts";
import { run } from "./run.ts";
import { fakeMembers, pin, pipFrom, writeFakeWheel } from "./testing/fake_wheel.ts";
import { environment, writeScript } from "./testing/fixtures.ts";
import { Installer } from "./testing/installer.ts";
import type { Wheel } from "./wheels.ts";

const allowed = needs("read", "write", "run", "env");
const pip = !allowed.ignore && (await run("python3", ["-m", "pip", "--version"]))?.success;
const options = { ignore: !pip };
const name = "tensorflow";

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted();
}

async function assertInstalled(cache: string): Promise<void> {
  assertEquals(await names(cache), ["install.lock", name]);
  assertEquals(await names(`${cache}/${name}`), ["manifest.json", "tensorflow"]);
  assertEquals(
    await names(`${cache}/${name}/tensorflow`),
    Object.keys(fakeMembers).map((path) => path.slice(11)).toSorted(),
  );
  for (const [path, bytes] of Object.entries(fakeMembers)) {
    assertEquals(await Deno.readFile(`${cache}/${name}/${path}`), bytes);
  }
}

Deno.test(
  "install: takes only what is needed out of the wheel, and a second time needs no Python",
  options,
  async () => {
    using folder = temporaryFolder();
    const [index, cache] = [folder.path, `${folder.path}/new/cache`];
    const wheels = [await writeFakeWheel(index)];
    const told: Progress[] = [];
    const onProgress = (progress: Progress) => told.push(progress);
    {
      using _environment = environment(pipFrom(index));
      assertEquals(await install({ cache, name, wheels, onProgress }), "installed");
    }
    await assertInstalled(cache);
    const total = 301_010;
    assertEquals(told.filter(({ step }) => step === "extract").at(-1), { step: "extract", done: total, total });
    assertEquals(told[0], { step: "start", folder: `${cache}/${name}`, total: wheels[0].bytes });

    using _environment = environment({ PATH: folder.path });
    assertEquals(await install({ cache, name, wheels, onProgress }), "cache");
  },
);

Deno.test(
  "install: of two processes at once on an empty cache one installs, the other waits and finds it",
  options,
  async () => {
    using folder = temporaryFolder();
    const [index, cache] = [folder.path, `${folder.path}/cache`];
    const wheels = [await writeFakeWheel(index)];
    using first = new Installer({ cache, name, wheels }, index, "extract");
    await first.until("extract");
    using second = new Installer({ cache, name, wheels }, index);
    await second.until("wait");
    assertEquals(await Promise.all([first.end(), second.end()]), ["installed", "cache"]);
    await assertInstalled(cache);
  },
);

Deno.test(
  "install: what a process killed while extracting leaves is not taken for whole, and is cleaned up",
  options,
  async () => {
    using folder = temporaryFolder();
    const [index, cache] = [folder.path, `${folder.path}/cache`];
    const wheels = [await writeFakeWheel(index)];
    using killed = new Installer({ cache, name, wheels }, index, "extract");
    await killed.until("extract");
    await killed.kill();
    assertEquals((await names(cache)).map((name) => name.slice(0, 9)), [".partial-", "install.l"]);

    using second = new Installer({ cache, name, wheels }, index);
    assertEquals(await second.end(), "installed");
    await assertInstalled(cache);
  },
);

Deno.test("install: a folder that lost a file, or was made from other wheels, is made anew", options, async () => {
  using folder = temporaryFolder();
  const [index, cache] = [folder.path, `${folder.path}/cache`];
  const wheels = [await writeFakeWheel(index)];
  using _environment = environment(pipFrom(index));
  const again = () => install({ cache, name, wheels, onProgress: () => {} });
  assertEquals(await again(), "installed");
  await Deno.truncate(`${cache}/${name}/tensorflow/libtensorflow_cc.so.2`, 299_999);
  assertEquals(await again(), "installed");
  await assertInstalled(cache);
  const manifest = `${cache}/${name}/manifest.json`;
  await Deno.writeTextFile(manifest, (await Deno.readTextFile(manifest)).replace(wheels[0].sha256, "0".repeat(64)));
  assertEquals(await again(), "installed");
  await assertInstalled(cache);
});

async function assertFails(wheel: Wheel, folder: string, message: string): Promise<void> {
  const cache = `${folder}/cache`;
  const error = await assertRejects(
    () => install({ cache, name, wheels: [wheel], onProgress: () => {} }),
    UserError,
    message,
  );
  assertEquals(error.exitStatus, 1);
  assertEquals(error.message.includes("\n"), false);
  assertEquals(await names(cache), ["install.lock"]);
}

Deno.test("install: a wheel with another hash is refused and nothing stays", options, async () => {
  using folder = temporaryFolder();
  const wheel = await writeFakeWheel(folder.path);
  using _environment = environment(pipFrom(folder.path));
  const other = { ...wheel, sha256: "0".repeat(64) };
  await assertFails(other, folder.path, "The downloaded TensorFlow does not match its pinned SHA-256. Try again");
});

Deno.test("install: our own check refuses what pip let through", options, async () => {
  using folder = temporaryFolder();
  const wheel = await writeFakeWheel(folder.path);
  await writeScript(`${folder.path}/python3`, `for last; do :; done; echo wrong > "\${last#--dest=}/${wheel.file}"`);
  using _environment = environment({ PATH: folder.path });
  await assertFails(wheel, folder.path, `The downloaded ${wheel.file} does not match its pinned SHA-256`);
});

Deno.test("install: a truncated wheel is refused and nothing stays", options, async () => {
  using folder = temporaryFolder();
  const whole = await writeFakeWheel(folder.path);
  const path = `${folder.path}/${whole.file}`;
  await Deno.truncate(path, whole.bytes - 100);
  using _environment = environment(pipFrom(folder.path));
  await assertFails(whole, folder.path, "does not match its pinned SHA-256");
  await assertFails(await pin(path), folder.path, "libtensorflow could not be downloaded: pip failed (");
});

Deno.test("install: without a wheel, without Python and without pip it says what to do", options, async () => {
  using folder = temporaryFolder();
  const wheel = await writeFakeWheel(folder.path);
  {
    using _environment = environment(pipFrom(`${folder.path}/nowhere`));
    await assertFails(wheel, folder.path, "(No matching distribution found for tensorflow_cpu==2.21.0");
  }
  await Deno.mkdir(`${folder.path}/programs`);
  using _environment = environment({ PATH: `${folder.path}/programs` });
  await assertFails(
    wheel,
    folder.path,
    "python3, whose pip would fetch it, cannot be started. Install Python with pip",
  );
  await writeScript(`${folder.path}/programs/python3`, "echo 'python3: No module named pip' >&2; exit 1");
  await assertFails(
    wheel,
    folder.path,
    "python3 has no pip to fetch it. Install Python's pip, or set THORAX_LIBTENSORFLOW",
  );
});

Deno.test("install: a cache that cannot be written is named with the remedy", options, async () => {
  using folder = temporaryFolder();
  const wheel = await writeFakeWheel(folder.path);
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const cache = `${folder.path}/file/cache`;
  const error = await assertRejects(
    () => install({ cache, name, wheels: [wheel], onProgress: () => {} }),
    UserError,
    cache,
  );
  assertEquals([error.exitStatus, error.message.includes("Set XDG_CACHE_HOME")], [1, true]);
});
