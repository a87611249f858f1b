import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import {
  bytesOnDisk,
  checkIsRun,
  checkRunFolder,
  createRunFolder,
  describeDiskUse,
  removeState,
  runFolder,
  timestamp,
} from "./run_folder.ts";

const now = new Date(2026, 0, 2, 3, 4, 5);

Deno.test("runFolder: the names of its files", () => {
  const { best, final, epoch, state, metrics, config, report } = runFolder("runs/a");
  assertEquals([best, final, epoch(20), state, metrics, config, report], [
    "runs/a/best_model.safetensors",
    "runs/a/final_model.safetensors",
    "runs/a/checkpoint_epoch20.safetensors",
    "runs/a/last/state.safetensors",
    "runs/a/metrics.csv",
    "runs/a/config.json",
    "runs/a/report",
  ]);
});

Deno.test(
  "createRunFolder: named by model, split and time; -2, -3 where that is taken",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const parent = folder.file("new/checkpoints");
    const make = () => createRunFolder(parent, "models/my_model.ts", "rare-first", now);
    const name = `${parent}/my_model-rare-first-2026-01-02-03-04-05`;
    assertEquals([(await make()).path, (await make()).path, (await make()).path], [name, `${name}-2`, `${name}-3`]);
    assertEquals([...Deno.readDirSync(name)].map((entry) => entry.name), ["last"]);
  },
);

Deno.test(
  "createRunFolder: a parent that cannot be made is a mistake of --ckpt-dir",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    Deno.writeTextFileSync(folder.file("taken"), "");
    await assertRejects(
      () => createRunFolder(folder.file("taken"), "vgg16", "original", now),
      UserError,
      `cannot make a run folder in ${folder.file("taken")}: File exists. Name another one with --ckpt-dir`,
    );
  },
);

Deno.test("checkIsRun: a file of a run, or a folder in it, names the run", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const run = folder.file("run"), takes = "and --resume takes a run folder";
  Deno.mkdirSync(`${run}/last`, { recursive: true });
  for (const name of ["config.json", "best_model.safetensors", "last/state.safetensors"]) {
    Deno.writeTextFileSync(`${run}/${name}`, "{}");
  }
  for (const path of [run, `${run}/`, folder.path, folder.file("nowhere")]) await checkIsRun(path);
  for (
    const [path, message] of [
      [`${run}/best_model.safetensors`, `is a file, ${takes}. Its run is --resume ${run}`],
      [`${run}/last/state.safetensors`, `is a file, ${takes}. Its run is --resume ${run}`],
      [`${run}/last`, `is a folder of a run, ${takes}. Its run is --resume ${run}`],
      [`${run}/last/`, `is a folder of a run, ${takes}. Its run is --resume ${run}`],
    ]
  ) assertEquals((await assertRejects(() => checkIsRun(path), UserError)).message, `${path} ${message}`);
  const alone = folder.file("alone.pt");
  Deno.writeTextFileSync(alone, "");
  assertEquals((await assertRejects(() => checkIsRun(alone), UserError)).message, `${alone} is a file, ${takes}`);
});

Deno.test("timestamp: local, two digits each", () => {
  assertEquals(timestamp(now), { date: "2026-01-02", time: "03-04-05" });
});

Deno.test("checkRunFolder: a link in a run folder is refused, at any depth", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const { path } = await createRunFolder(folder.file("runs"), "vgg16", "original", now);
  await checkRunFolder(path);
  await checkRunFolder(folder.file("nowhere"));
  Deno.symlinkSync(path, folder.file("link"));
  await checkRunFolder(folder.file("link"));
  Deno.symlinkSync("/nowhere", `${path}/last/state.safetensors`);
  await assertRejects(
    () => checkRunFolder(folder.file("link")),
    UserError,
    `${
      folder.file("link")
    }/last/state.safetensors is a link, and a run is written into its own folder alone. Replace it`,
  );
});

Deno.test(
  "describeDiskUse: a file of two names counts once, and what resuming needs is told",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const run = await createRunFolder(folder.file("runs"), "vgg16", "original", now);
    const write = (path: string, megabytes: number) =>
      Deno.writeFileSync(path, new Uint8Array(megabytes * 1e6).fill(1));
    write(run.best, 2);
    Deno.linkSync(run.best, run.final);
    write(run.epoch(2), 2);
    write(run.state, 6);
    assertEquals([await bytesOnDisk(run.path), await bytesOnDisk(`${run.path}/last`)], [10e6, 6e6]);
    assertEquals(await describeDiskUse(run), "The run takes 10.0 MB on the disk, 6.0 MB of them for --resume");
    await removeState(run);
    assertEquals([...Deno.readDirSync(run.path)].some(({ name }) => name === "last"), false);
    assertEquals(await describeDiskUse(run), "The run takes 4.0 MB on the disk");
  },
);

Deno.test("removeState: what else is in last/ stays", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const run = await createRunFolder(folder.path, "vgg16", "original", now);
  Deno.writeTextFileSync(run.state, "");
  Deno.writeTextFileSync(`${run.path}/last/notes.txt`, "");
  await removeState(run);
  assertEquals([...Deno.readDirSync(`${run.path}/last`)].map(({ name }) => name), ["notes.txt"]);
});
