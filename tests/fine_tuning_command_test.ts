import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { run } from "./command.ts";
import { needs } from "./needs.ts";
import { smallRun } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** The tensors of a checkpoint by name. */
async function tensorsOf(path: string): Promise<Map<string, Float32Array>> {
  using checkpoint = await openCheckpoint(path);
  const tensors = new Map<string, Float32Array>();
  for (const name of checkpoint.names) tensors.set(name, await checkpoint.read(name));
  return tensors;
}

Deno.test(
  "train: --head-only is --freeze of all else, from weights on to the test, and --resume goes on with it",
  needs("ffi", "env", "read", "run", "write"),
  async () => {
    using folder = temporaryFolder();
    const { best } = await smallRun(folder.file("start"));
    const options = ["--ckpt-path", best, "--lr", "1e-2", "--dropout", "0.2"];
    const body = ["--freeze", "conv1,bn1", "--freeze", "layer*"];
    const through = await smallRun(folder.file("through"), ...options, ...body);
    const alone = await smallRun(folder.file("alone"), ...options, "--head-only");
    const note = "7,695 of 11,177,935 parameters are trained; the others stay as they come";
    assertEquals([through.lines[2], alone.lines[2], alone.stdout], [note, note, through.stdout]);
    const [start, expected, trained] = await Promise.all([best, through.best, alone.best].map(tensorsOf));
    for (const [name, values] of trained) {
      if (!name.startsWith("fc/")) assertEquals(values, start.get(name), name);
      values.forEach((value, i) => assertAlmostEquals(value, expected.get(name)?.[i] ?? NaN, 1e-6, name));
    }
    const resumed = await run("train", ["--resume", alone.path, "--max-steps", "4", "--log-dir", folder.file("logs")]);
    assertEquals([resumed.status, resumed.lines[2]], [0, note]);
    const further = await tensorsOf(`${alone.path}/final_model.safetensors`);
    const changed = [...further].filter(([name, values]) => `${values}` !== `${trained.get(name)}`);
    assertEquals(changed.map(([name]) => name), ["fc/kernel", "fc/bias"]);
    const config = JSON.parse(Deno.readTextFileSync(`${through.path}/config.json`));
    assertMatch(config.freeze, /^conv1,bn1,layer\*$/);
  },
);
