import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { dense } from "../dsl/layers/dense.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { linesOf, type ProcessResult, root, run, succeed } from "./command.ts";
import { folderFilms, writeFolder } from "./film_folder.ts";
import { needs } from "./needs.ts";
import { filesBelow } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

const small = "--img-size 32 --batch-size 8 --max-steps 1 --limit-val-batches 1 --split-type original --device cpu"
  .split(" ");

/** A model without layers of its own, as a file. */
const linear = `export default ${JSON.stringify(stack({ flatten: flatten(), head: dense(15) }))};\n`;

Deno.test(
  "paths: a run's are taken from the caller's folder, and what it records is found from another",
  native,
  async (t) => {
    using folder = temporaryFolder();
    const films = folderFilms({ patients: 20 });
    writeFolder(folder.file("here/films"), films);
    Deno.writeTextFileSync(folder.file("here/linear.ts"), linear);
    Deno.mkdirSync(folder.file("there"));
    const from = (place: string) => ({ INIT_CWD: folder.file(place) });

    const options = ["--model", "linear.ts", "--data-dir", "films", ...small];
    const { status, lines } = await run("train", options, from("here"));
    assertEquals(status, 0, lines.join("\n"));
    const [name] = Deno.readDirSync(folder.file("here/checkpoints")).map((entry) => entry.name);
    const path = folder.file(`here/checkpoints/${name}`);

    await t.step("messages have them as they were typed, and the defaults are the caller's too", () => {
      assertMatch(lines.join("\n"), new RegExp(`linear on films: .*; run folder checkpoints/${name}\n`));
      assertMatch(filesBelow(folder.file("here/logs"))[0], /linear-original-.*\.log$/);
    });
    await t.step("config.json and the checkpoint have them absolute", async () => {
      const { model, dataDir, ckptDir, logDir } = JSON.parse(Deno.readTextFileSync(join(path, "config.json")));
      const absolute = ["linear.ts", "films", "checkpoints", "logs"].map((file) => folder.file(`here/${file}`));
      assertEquals([model, dataDir, ckptDir, logDir], absolute);
      using checkpoint = await openCheckpoint(join(path, "best_model.safetensors"));
      const { dataset, options } = checkpoint.metadata;
      assertEquals([dataset.directory, options.model, options.dataDir], [absolute[1], absolute[0], absolute[1]]);
    });
    await t.step("from another folder: evaluate finds the films, --resume the run's", async () => {
      const ckptPath = `../here/checkpoints/${name}/best_model.safetensors`;
      const evaluate = ["--ckpt-path", ckptPath, "--report", "report", "--json"];
      const { dataset, checkpoint, n } = JSON.parse(await succeed("evaluate", evaluate, from("there")));
      assertEquals([dataset, checkpoint, n], [folder.file("here/films"), ckptPath, 4]);
      assertEquals(filesBelow(folder.file("there/report")), ["evaluation.json", "predictions.csv"]);
      const resume = ["--resume", `../here/checkpoints/${name}`, "--max-steps", "2"];
      await succeed("train", [...resume, "--log-dir", "../here/logs"], from("there"));
      assertEquals(filesBelow(folder.file("there")), ["report/evaluation.json", "report/predictions.csv"]);
    });
    await t.step("predict: arguments and --input; export: --output", async () => {
      const ckptPath = ["--ckpt-path", `checkpoints/${name}/best_model.safetensors`];
      const predict = ["--input", "films/images/p0_0.png", "films/images/p1_0.png", "--json"];
      const { inputs } = JSON.parse(await succeed("predict", [...ckptPath, ...predict], from("here")));
      assertEquals(inputs, ["films/images/p0_0.png", "films/images/p1_0.png"]);
      await succeed("export", [...ckptPath, "--output", "../there/w.safetensors"], from("here"));
      assertEquals(filesBelow(folder.file("there")).at(-1), "w.safetensors");
    });
    await t.step("a folder that is not there is named as it was typed", async () => {
      const { status, lines } = await run("train", ["--model", "alexnet", "--data-dir", "films"], from("there"));
      assertEquals([status, lines], [2, ["error: films does not exist"]]);
    });
  },
);

/** Runs Deno itself in a folder. */
async function deno(cwd: string, ...args: string[]): Promise<ProcessResult> {
  const process = new Deno.Command(Deno.execPath(), { args, cwd, clearEnv: true, env: withoutInitCwd() });
  const { code, stdout, stderr } = await process.output(), decoder = new TextDecoder();
  return { status: code, stdout: decoder.decode(stdout), lines: linesOf(decoder.decode(stderr)) };
}

/** The tests may themselves be run by `deno task`. */
function withoutInitCwd(): Record<string, string> {
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  return env;
}

Deno.test(
  "paths: `deno task` in a subfolder, with --config from elsewhere, and the program itself",
  needs("env", "read", "run", "write"),
  async () => {
    using folder = temporaryFolder();
    Deno.writeTextFileSync(folder.file("linear.ts"), linear);
    const json = async (cwd: string, ...args: string[]) => {
      const { status, stdout, lines } = await deno(cwd, ...args, "--img-size", "32", "--json");
      assertEquals(status, 0, lines.join("\n"));
      return JSON.parse(stdout).model;
    };
    const task = ["task", "-q", "summary", "--model"];
    assertEquals(await json(join(root, "docs/examples"), ...task, "my_model.ts"), "my_model");
    const config = ["task", "-q", "--config", join(root, "deno.json"), "summary", "--model"];
    assertEquals(await json(folder.path, ...config, "linear.ts"), "linear");
    const main = ["run", "-q", "--no-prompt", "-P=summary", join(root, "commands/main.ts"), "summary", "--model"];
    assertEquals(await json(folder.path, ...main, "linear.ts"), "linear");
  },
);
