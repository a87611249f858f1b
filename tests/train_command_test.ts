import { basename, join } from "node:path";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { linesOf, run, succeed } from "./command.ts";
import { needs } from "./needs.ts";
import { messagesOf } from "./log_lines.ts";
import { filesBelow, smallRun } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

function assertLines(lines: readonly string[], expected: readonly RegExp[]): void {
  lines.forEach((line, i) => assertMatch(line, expected[i] ?? /^there is no such line$/));
  assertEquals(lines.length, expected.length);
}

const trainLines = (path: string) => [
  /^Loading data\.\.\.$/,
  /^Initializing model\.\.\.$/,
  new RegExp(
    `^resnet18 on phantom \\(synthetic\\): 446 films to train on, 64 to validate, 130 to test; run folder ${path}$`,
  ),
  /^Predicting the training shares alone: val loss 0\.\d{4}$/,
  /^Predicting the shares that rare-first draws alone: loss 0\.\d{4}, val loss 0\.\d{4}$/,
  /^Starting training\.\.\.$/,
  /^epoch 1 - loss 0\.\d{4} - time \d+\.\d\ds$/,
  /^val loss 0\.\d{4}$/,
  /^Best model saved at epoch 1 with val loss 0\.\d{4}$/,
  /^Final model saved\.$/,
  // two steps teach nothing
  /^The best validation loss, 0\.\d{4}, is above 0\.\d{4}, which always .+ than a constant\. --split-type rare-first .+$/,
  /^Testing\.\.\.$/,
  new RegExp(`^Loaded tested model from ${path}/best_model\\.safetensors$`),
  /^The run takes 1\d\d\.\d MB on the disk, 1\d\d\.\d MB of them for --resume$/,
];

Deno.test("train: a first `--`, the document's names and values, two numbers, all files", native, async (t) => {
  using folder = temporaryFolder();
  const small = "-- --model resnet18 --img_size=32 --split_type rare_first --batch_size 8 --max_steps 2".split(" ");
  const places = ["--ckpt_dir", folder.file("c"), "--log_dir", folder.file("l")];
  const trained = await run("train", [...small, "--limit_val_batches", "1", ...places]);
  assertEquals(trained.status, 0);
  const linesOfRun = trained.lines.filter((line) => !/, batch \d+\/\d+, /.test(line)); // a slow machine tells how far it is
  const [name] = [...Deno.readDirSync(folder.file("c"))].map((entry) => entry.name);
  const path = folder.file(`c/${name}`), best = join(path, "best_model.safetensors");

  await t.step("standard output begins with the document's two numbers", () => {
    const [accuracy, recall, , films] = trained.stdout.split("\n");
    assertMatch(accuracy, /^Test Accuracy: \d+\.\d{3}$/);
    assertMatch(recall, /^Disease Recall: \d+\.\d{3}$/);
    assertEquals(films, "  130 films of 63 patients: 63 normal, 67 abnormal");
  });
  await t.step("standard error has the document's lines and nothing else", () => {
    assertLines(linesOfRun, trainLines(path));
  });
  await t.step("the log has both, and a head, each line with its time", () => {
    const [log] = filesBelow(folder.file("l"));
    assertMatch(log, /^\d{4}-\d\d-\d\d\/resnet18-rare-first-\d\d-\d\d-\d\d\.log$/);
    const messages = messagesOf(folder.file(`l/${log}`)), told = messages.slice(6);
    assertEquals(messages[0], "Thorax, resnet18, rare-first");
    assertMatch(messages[1], /^Options: \{"model":"resnet18",.*"imgSize":32,.*\}$/);
    const results = linesOf(trained.stdout).filter((line) => line !== "");
    assertEquals(told, [...linesOfRun.slice(0, -1), ...results, ...linesOfRun.slice(-1)]);
  });
  await t.step("the run folder", () => {
    assertMatch(basename(path), /^resnet18-rare-first-\d{4}(-\d\d){5}$/);
    assertEquals(filesBelow(path), [
      "best_model.safetensors",
      "config.json",
      "final_model.safetensors",
      "last/state.safetensors",
      "metrics.csv",
      "report/evaluation.json",
      "report/predictions.csv",
      "split.csv",
    ]);
    const { imgSize, splitType, maxSteps, lr, resume } = JSON.parse(Deno.readTextFileSync(join(path, "config.json")));
    assertEquals([imgSize, splitType, maxSteps, lr, resume], [32, "rare-first", 2, 5e-5, undefined]);
  });
  await t.step("metrics.csv: a row for each step and each evaluation", () => {
    const [header, ...rows] = Deno.readTextFileSync(join(path, "metrics.csv")).trim().split("\n");
    assertEquals(header, "epoch,step,split,loss,lr,grad_norm,examples_per_second");
    const number = String.raw`\d+(\.\d+)?`;
    assertLines(rows, [
      new RegExp(`^1,1,train,${number},0\\.00005,${number},${number}$`),
      new RegExp(`^1,2,train,${number},0\\.00005,${number},${number}$`),
      new RegExp(`^1,2,val,${number},,,${number}$`),
      new RegExp(`^1,2,test,${number},,,${number}$`),
    ]);
  });
  await t.step("--test-only says the same of the checkpoint, in a log that says test", async () => {
    const args = ["--model", "resnet18", "--test_only", "--ckpt_path", best, "--log_dir", folder.file("t")];
    assertEquals(await succeed("train", args), trained.stdout);
    const [log] = filesBelow(folder.file("t")), messages = messagesOf(folder.file(`t/${log}`));
    assertMatch(log, /\/resnet18-test-rare-first-\d\d-\d\d-\d\d\.log$/);
    assertEquals(messages[0], `Thorax, test of ${best}`);
    assertEquals(messages.slice(5, 9), [
      "Loading data...",
      "Initializing model...",
      "Testing...",
      `Loaded tested model from ${best}`,
    ]);
    assertEquals(messages.slice(9, -1), linesOf(trained.stdout).filter((line) => line !== ""));
    const told = ["ckptPath", "batchSize", "seed", "lr", "splitSeed"].map((name) => messages[1].includes(`"${name}":`));
    assertEquals(told, [true, true, false, false, false]); // a test has no seed
  });
  await t.step("--ckpt-path alone starts from its weights", async () => {
    const options = ["--ckpt-path", best, "--lr", "1e-9", "--max-steps", "1", "--seed", "7"];
    const warm = await smallRun(folder.file("w"), ...options);
    using before = await openCheckpoint(best), after = await openCheckpoint(warm.best);
    const kernel = before.names.find((path) => path.endsWith("/kernel")) ?? "";
    const [old, now] = [await before.read(kernel), await after.read(kernel)];
    const difference = Math.max(...now.map((value, i) => Math.abs(value - old[i])));
    assert(difference <= 2e-9, `the weights moved by ${difference}`);
  });
});

Deno.test("train: a model of one's own, tested and predicted with its layers again", native, async () => {
  using folder = temporaryFolder();
  const model = "docs/examples/my_model.ts";
  const { best, path, stdout } = await smallRun(folder.path, "--model", model);
  assertMatch(basename(path), /^my_model-balanced-/);
  const evaluation = await succeed("evaluate", ["--ckpt-path", best, "--model", model]);
  assertEquals(evaluation, stdout);
  const alone = await run("evaluate", ["--ckpt-path", best]);
  assertEquals([alone.status, alone.lines.length], [2, 1]);
  assert(alone.lines[0].endsWith("A model with layers of its own needs its file: --model FILE.ts"), alone.lines[0]);
});

Deno.test("train: --xla without a GPU says that it changes nothing", native, async () => {
  using folder = temporaryFolder();
  const { lines } = await smallRun(folder.path, "--xla");
  assert(
    lines.some((line) => line.endsWith("--xla is for a GPU, and none is used here: the step is what it is without it")),
  );
});

Deno.test("train: --remat changes no number, and stands in config.json", native, async () => {
  using folder = temporaryFolder();
  const numbersOf = async (...options: string[]) => {
    const { path, stdout } = await smallRun(folder.path, "--seed", "7", ...options);
    const rows = Deno.readTextFileSync(join(path, "metrics.csv")).trim().split("\n");
    const { remat } = JSON.parse(Deno.readTextFileSync(join(path, "config.json")));
    return { remat, numbers: [stdout, ...rows.map((row) => row.split(",").slice(0, -1).join())] }; // the last is speed
  };
  const [plain, remat] = [await numbersOf(), await numbersOf("--remat")];
  assertEquals([plain.remat, remat.remat], [false, true]);
  assertEquals(remat.numbers, plain.numbers);
});
