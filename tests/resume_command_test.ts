import { join } from "node:path";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { command, linesOf, run } from "./command.ts";
import { needs } from "./needs.ts";
import { filesBelow, smallRun } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

Deno.test(
  "train: Ctrl-C keeps the state, and --resume goes on",
  native,
  async () => {
    using folder = temporaryFolder();
    const small = "--model resnet18 --img-size 32 --batch-size 8 --epochs 3 --limit-val-batches 1".split(" ");
    const places = ["--ckpt-dir", folder.file("c"), "--log-dir", folder.file("l")];
    const process = command("train", [...small, ...places]).spawn();
    const steps = () => {
      const metrics = filesBelow(folder.path).find((file) => file.endsWith("metrics.csv"));
      return metrics === undefined ? [] : linesOf(Deno.readTextFileSync(folder.file(metrics))).slice(1);
    };
    while (steps().length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill("SIGINT");
    process.kill("SIGINT"); // as `deno task` does: the terminal's, and the one that it passes on
    const { code, stdout, stderr } = await process.output();
    const lines = linesOf(new TextDecoder().decode(stderr));
    const [name] = [...Deno.readDirSync(folder.file("c"))].map((entry) => entry.name);
    const path = folder.file(`c/${name}`), taken = steps().length;
    assertEquals([code, stdout.length], [130, 0]);
    assertEquals(lines.slice(6), [
      "Finishing the step …",
      `Interrupted; the state is kept. Go on with: deno task train --resume ${path}`,
    ]);
    assertEquals(filesBelow(path), ["config.json", "last/state.safetensors", "metrics.csv", "split.csv"]);

    const resumed = await run("train", [
      "--resume",
      path,
      "--max-steps",
      `${taken + 2}`,
      "--log-dir",
      folder.file("l"),
    ]);
    assertEquals([resumed.status, ...resumed.lines.slice(3, 5)], [
      0,
      `Loaded model from ${path}/last/state.safetensors`,
      `Going on after step ${taken}`,
    ]);
    assertMatch(resumed.stdout, /^Test Accuracy: \d+\.\d{3}\nDisease Recall: \d+\.\d{3}\n/);
    const trained = steps().filter((row) => row.includes(",train,")).map((row) => row.split(",")[1]);
    assertEquals(trained, Array.from({ length: taken + 2 }, (_, i) => `${i + 1}`));

    const changed = await run("train", ["--resume", path, "--lr", "1e-3"]);
    assertEquals([changed.status, changed.lines], [2, [
      `error: --lr cannot change on resume: in ${join(path, "config.json")} it is 0.00005`,
    ]]);
    const other = await run("train", ["--resume", path, "--ckpt-path", join(path, "best_model.safetensors")]);
    assertEquals([other.status, other.lines], [2, [
      "error: --resume goes on from the run's own state. Leave --ckpt-path out",
    ]]);
  },
);

Deno.test("train --resume: a stranger's run folder loads no code and no library", native, async () => {
  using folder = temporaryFolder();
  const { path } = await smallRun(folder.path, "--epochs", "3");
  const marker = folder.file("marker"), evil = folder.file("evil.ts");
  Deno.writeTextFileSync(evil, `Deno.writeTextFileSync(${JSON.stringify(marker)}, "");\nexport default {};\n`);
  const config = join(path, "config.json"), options = JSON.parse(Deno.readTextFileSync(config));
  const victim = folder.file("victim");
  const hostile = { ...options, model: evil, tensorflowLibrary: folder.path, logDir: victim };
  Deno.writeTextFileSync(config, JSON.stringify(hostile));
  const { status, lines } = await run("train", ["--resume", path, "--max-steps", "3"], { INIT_CWD: folder.path });
  assertEquals([status, ...lines.slice(0, 2)], [
    0,
    `No library is loaded because a run folder names it: give --tensorflow-library ${folder.path} again if it is to be used`,
    `Nothing is written where a run folder says: give --log-dir ${victim} again if the log is to go there`,
  ]);
  for (const path of [marker, victim]) assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);

  Deno.writeTextFileSync(config, JSON.stringify({ ...options, imgSize: 64 }));
  const contradiction = await run("train", ["--resume", path, "--log-dir", folder.file("l")]);
  assertEquals([contradiction.status, contradiction.lines], [2, [
    `error: ${config} says --img-size 64, and the model in ${join(path, "last", "state.safetensors")} is for 32`,
  ]]);
});

Deno.test(
  "train --resume: layers of one's own come from the file that is given again, the same file",
  native,
  async () => {
    using folder = temporaryFolder();
    const file = folder.file("my_model.ts"), example = new URL("../docs/examples/my_model.ts", import.meta.url);
    const root = new URL("../mod.ts", import.meta.url).href;
    Deno.writeTextFileSync(file, Deno.readTextFileSync(example).replaceAll('"@thorax/thorax"', JSON.stringify(root)));
    const { path } = await smallRun(folder.path, "--model", file, "--epochs", "3");
    const resume = (...args: string[]) =>
      run("train", ["--resume", path, "--max-steps", "3", "--log-dir", folder.file("l"), ...args]);

    const alone = await resume();
    assertEquals([alone.status, alone.lines.length], [2, 1]);
    assertMatch(alone.lines[0], /A model with layers of its own needs its file: --model FILE\.ts$/);
    const other = await resume("--model", "resnet18");
    assertEquals([other.status, other.lines], [2, [
      `error: --model cannot change on resume: in ${join(path, "config.json")} it is ${file}`,
    ]]);

    const moved = folder.file("moved.ts");
    Deno.copyFileSync(file, moved);
    assertEquals((await resume("--model", moved)).status, 0);

    Deno.writeTextFileSync(moved, "\n", { append: true });
    const changed = await resume("--model", moved);
    assertEquals([changed.status, changed.lines.length], [2, 1]);
    assertMatch(
      changed.lines[0],
      /moved\.ts is not the file that .* was started with: its SHA-256 is [0-9a-f]{64}, and was [0-9a-f]{64}\. Give the file/,
    );
  },
);
