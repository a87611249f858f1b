/** The document's script, rerun, and what its log says; and where runs leave their logs and states. */
import { join } from "node:path";
import { assertEquals, assertMatch } from "@std/assert";
import { run } from "./command.ts";
import { folderFilms, writeFolder, writeLinear } from "./film_folder.ts";
import { messagesOf } from "./log_lines.ts";
import { needs } from "./needs.ts";
import { filesBelow } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

/** How to train on a cohort, which must succeed: the run's folder, the messages of its log, and what the process said. */
function trainer(folder: string) {
  const model = writeLinear(folder), films = writeFolder(`${folder}/films`, folderFilms({ patients: 100 }));
  const common = [
    "--model",
    model,
    "--data_dir",
    films,
    "--img_size",
    "32",
    "--batch_size",
    "8",
    "--split_type=original",
  ];
  let runs = 0;
  const train = async (...options: string[]) => {
    const logs = join(folder, `logs${++runs}`);
    const places = ["--ckpt_dir", join(folder, "checkpoints"), "--log_dir", logs];
    const { status, lines, stdout } = await run("train", [...common, ...places, ...options]);
    assertEquals(status, 0, lines.join("\n"));
    const names = filesBelow(logs), path = /run folder (.+)/.exec(lines.join("\n"))?.[1] ?? "";
    assertEquals(names.length, 1);
    return { path, lines, stdout, messages: messagesOf(join(logs, names[0])) };
  };
  return train;
}

/** The document's lines, as they come in a log; the others between them are ours. */
const document = [
  /^Loading data\.\.\.$/,
  /^Initializing model\.\.\.$/,
  /^Loaded model from /,
  /^Starting training\.\.\.$/,
  /^epoch \d+ - loss \d+\.\d{4} - time \d+\.\d{2}s$/,
  /^val loss \d+\.\d{4}$/,
  /^Best model saved at epoch \d+ with val loss \d+\.\d{4}$/,
  /^Checkpoint saved at epoch \d+$/,
  /^Early stopping triggered at epoch \d+\.$/,
  /^Final model saved\.$/,
  /^Testing\.\.\.$/,
  /^Loaded tested model from /,
  /^Test Accuracy: \d+\.\d{3}$/,
  /^Disease Recall: \d+\.\d{3}$/,
];

const ofDocument = (messages: readonly string[]) =>
  messages.filter((message) => document.some((pattern) => pattern.test(message)));

Deno.test("train: the log of the document's script, from the first weights to the test", native, async (t) => {
  using folder = temporaryFolder();
  const train = trainer(folder.path);
  const first = await train("--epochs", "50", "--lr", "0.1", "--save_every", "5", "--seed", "42");
  const best = join(first.path, "best_model.safetensors");

  await t.step("the document's lines, in its order", () => {
    const metrics = Deno.readTextFileSync(join(first.path, "metrics.csv")).trim().split("\n").map((row) =>
      row.split(",")
    );
    const losses = metrics.filter(([, , split]) => split === "val").map(([, , , loss]) => Number(loss));
    let least = Infinity;
    const epochs = losses.flatMap((loss, i) => {
      const epoch = i + 1, improved = loss < least;
      least = Math.min(least, loss);
      return [
        `epoch ${epoch} - …`,
        `val loss ${loss.toFixed(4)}`,
        ...(improved ? [`Best model saved at epoch ${epoch} with val loss ${loss.toFixed(4)}`] : []),
        ...(epoch % 5 === 0 ? [`Checkpoint saved at epoch ${epoch}`] : []),
      ];
    });
    const [accuracy, recall] = first.stdout.split("\n");
    assertEquals(ofDocument(first.messages).map((line) => line.replace(/(?<=^epoch \d+ - ).*/, "…")), [
      "Loading data...",
      "Initializing model...",
      "Starting training...",
      ...epochs,
      `Early stopping triggered at epoch ${losses.length}.`,
      "Final model saved.",
      "Testing...",
      `Loaded tested model from ${best}`,
      accuracy,
      recall,
    ]);
    const early = first.messages.findIndex((message) => message.startsWith("Early stopping"));
    assertEquals(first.messages[early + 1], "The validation loss has not improved in 10 epochs");
  });
  await t.step("what its loss is worth", () => {
    const [line] = first.messages.filter((message) => message.startsWith("Predicting"));
    assertMatch(line, /^Predicting the training shares alone: loss 0\.\d{4}, val loss 0\.\d{4}$/);
  });
  await t.step("weights that it starts from, and a test alone", async () => {
    const { path, messages } = await train("--ckpt_path", best, "--epochs", "1", "--lr", "1e-4");
    assertEquals(messages.filter((message) => message.startsWith("Loaded")), [
      `Loaded model from ${best}`,
      `Loaded tested model from ${join(path, "best_model.safetensors")}`,
    ]);
    const tested = await run("train", ["--test_only", "--ckpt_path", best, "--log_dir", folder.file("tests")]);
    const [log] = filesBelow(folder.file("tests"));
    assertEquals(ofDocument(messagesOf(join(folder.file("tests"), log))), [
      "Loading data...",
      "Initializing model...",
      "Testing...",
      `Loaded tested model from ${best}`,
      ...tested.stdout.split("\n").slice(0, 2),
    ]);
  });
});

Deno.test("train: runs that go on side by side have a log and a run folder each", native, async () => {
  using folder = temporaryFolder();
  const model = writeLinear(folder.path), films = writeFolder(folder.file("films"), folderFilms({ patients: 60 }));
  const places = ["--ckpt-dir", folder.file("c"), "--log-dir", folder.file("l")];
  const small = "--img-size 32 --split-type original --epochs 1".split(" ");
  const ended = await Promise.all(
    [1, 2, 3].map((seed) =>
      run("train", ["--model", model, "--data-dir", films, ...small, ...places, "--seed", `${seed}`])
    ),
  );
  assertEquals(ended.map(({ status }) => status), [0, 0, 0]);
  const logs = filesBelow(folder.file("l")).map((name) => messagesOf(folder.file(`l/${name}`)));
  const runsOf = (texts: readonly string[]) =>
    texts.map((text) => [...text.matchAll(/run folder (.+)/g)].map(([, path]) => path));
  const own = runsOf(ended.map(({ lines }) => lines.join("\n"))).flat();
  assertEquals(runsOf(logs.map((messages) => messages.join("\n"))).sort(), own.sort().map((path) => [path]));
  assertEquals(logs.map((messages) => messages[2]).sort(), [1, 2, 3].map((seed) => `Seed: ${seed}, of the split 42`));
  assertEquals(new Set(own).size, 3);
});

Deno.test("train --no-keep-state: the run says what it takes, and cannot be resumed", native, async () => {
  using folder = temporaryFolder();
  const train = trainer(folder.path);
  const kept = await train("--epochs", "1"), { path, lines } = await train("--epochs", "1", "--no_keep_state");
  assertMatch(kept.lines.at(-1) ?? "", /^The run takes 0\.\d MB on the disk, 0\.2 MB of them for --resume$/);
  assertMatch(lines.at(-1) ?? "", /^The run takes 0\.\d MB on the disk$/);
  const names = (path: string) => filesBelow(path).filter((name) => !name.startsWith("report"));
  const files = ["best_model.safetensors", "config.json", "final_model.safetensors", "metrics.csv", "split.csv"];
  assertEquals(names(path), files);
  assertEquals(names(kept.path), [...files.slice(0, 3), "last/state.safetensors", ...files.slice(3)]);
  const inodes = ["best", "final"].map((name) => Deno.statSync(join(path, `${name}_model.safetensors`)).ino);
  assertEquals(new Set(inodes).size, 1);

  const resumed = await run("train", ["--resume", path, "--epochs", "2", "--log-dir", folder.file("l")]);
  const final = join(path, "final_model.safetensors"),
    { model, imgSize, dataDir } = JSON.parse(Deno.readTextFileSync(join(path, "config.json")));
  assertEquals([resumed.status, resumed.lines], [2, [
    `error: ${path} cannot go on: its state was removed when it ended, as --no-keep-state asks. ` +
    `Start a new run from its weights: deno task train --model ${model} --data-dir ${dataDir} --img-size ${imgSize} --ckpt-path ${final}`,
  ]]);
  const { messages } = await train("--ckpt-path", final, "--epochs", "1");
  assertEquals(messages.filter((message) => message.startsWith("Loaded model")), [`Loaded model from ${final}`]);

  const again = await train("--resume", kept.path, "--epochs", "2");
  assertEquals(again.messages[1], `Going on with ${kept.path}`);
  assertEquals(again.messages.filter((message) => message.startsWith("Loaded model")), [
    `Loaded model from ${kept.path}/last/state.safetensors`,
  ]);
});
