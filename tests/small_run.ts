/** For tests: a run of two steps on the phantom, through the command line. */
import { join } from "node:path";
import { type ProcessResult, run } from "./command.ts";

/** A finished run: its folder, and what the process said. */
export interface SmallRun extends ProcessResult {
  readonly path: string;
  readonly best: string;
}

/** Trains resnet18 (or what the options say) at 32×32 into `folder`. */
export async function smallRun(folder: string, ...options: readonly string[]): Promise<SmallRun> {
  const ended = await run("train", [
    ..."--model resnet18 --img-size 32 --batch-size 8 --max-steps 2 --limit-val-batches 1 --device cpu".split(" "),
    "--ckpt-dir",
    join(folder, "checkpoints"),
    "--log-dir",
    join(folder, "logs"),
    ...options,
  ]);
  if (ended.status !== 0) throw new Error(ended.lines.join("\n"));
  const path = ended.lines.join("\n").split("run folder ")[1].split("\n")[0];
  return { ...ended, path, best: join(path, "best_model.safetensors") };
}

/** All files below a folder, as paths from there. */
export function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)).map((file) => join(name, file)) : [name]
  ).sort();
}
