/** The first example of docs/training.md, run as a program of a user's; the others are tests of the documentation. */
import { join } from "node:path";
import { assertEquals, assertMatch } from "@std/assert";
import { root } from "./command.ts";
import { folderFilms, writeFolder } from "./film_folder.ts";
import { needs } from "./needs.ts";
import { filesBelow } from "./small_run.ts";
import { sourceText } from "./sources.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test("docs/training.md: the document's recipe trains", needs("read", "write", "run", "ffi", "env"), async () => {
  using folder = temporaryFolder();
  writeFolder(folder.file("films"), folderFilms({ patients: 24 }));
  const [, example] = /^```ts ignore\n([\s\S]*?)^```$/m.exec(sourceText("docs/training.md")) ?? [];
  assertMatch(example, /documentRecipe/);
  const code = example.replace("imageSize: 224", "imageSize: 32").replace("epochs: 50", "epochs: 1")
    .replace("openEngine()", 'openEngine({ device: "cpu" })');
  Deno.writeTextFileSync(folder.file("app.ts"), code);
  const args = ["run", "-q", "--check", "--config", join(root, "deno.json"), "-A", "app.ts"];
  const process = new Deno.Command(Deno.execPath(), { args, cwd: folder.path, env: { NO_COLOR: "1" } });
  const { code: status, stdout, stderr } = await process.output();
  assertEquals([status, new TextDecoder().decode(stderr)], [0, ""]);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  const [last, before] = [lines.at(-1) ?? "", lines.filter((line) => /^(epoch \d|val loss|Starting|Final)/.test(line))];
  assertEquals(before.map((line) => line.replace(/\d\.\d+s?/g, "…")), [
    "Starting training...",
    "epoch 1 - loss … - time …",
    "val loss …",
    "Final model saved.",
  ]);
  assertMatch(
    last,
    /^epochs \{ epoch: 1, loss: [\d.]+ \} checkpoints\/resnet18-balanced-\S+\/best_model\.safetensors$/,
  );
  const [run] = [...Deno.readDirSync(folder.file("checkpoints"))].map(({ name }) => name);
  assertEquals(filesBelow(folder.file(`checkpoints/${run}`)), [
    "best_model.safetensors",
    "config.json",
    "final_model.safetensors",
    "last/state.safetensors",
    "metrics.csv",
    "split.csv",
  ]);
});
