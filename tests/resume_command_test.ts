import { join } from "node:path";
import { assertEquals, assertMatch } from "@std/assert";
import { command, linesOf, run } from "./command.ts";
import { needs } from "./needs.ts";
import { filesBelow } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test(
  "train: Ctrl-C keeps the state, and --resume goes on",
  needs("ffi", "env", "read", "run", "write"),
  async () => {
    using folder = temporaryFolder();
    const process = command("train", [
      ...["--model", "resnet18", "--img-size", "32", "--batch-size", "8", "--epochs", "3", "--limit-val-batches", "1"],
      ...["--ckpt-dir", folder.file("c"), "--log-dir", folder.file("l")],
    ]).spawn();
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
    assertEquals(lines.slice(1), [
      "Finishing the step …",
      `Interrupted; the state is kept. Go on with: deno task train --resume ${path}`,
    ]);
    assertEquals(filesBelow(path), ["config.json", "last/state.safetensors", "metrics.csv", "split.csv"]);

    const resumed = await run("train", ["--resume", path, "--max-steps", `${taken + 2}`]);
    assertEquals([resumed.status, resumed.lines[1]], [0, `Going on after step ${taken}`]);
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
