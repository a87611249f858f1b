/** For tests: runs whose films are known again. */
import { dirname } from "node:path";
import { succeed } from "./command.ts";
import { writeLinear } from "./film_folder.ts";
import { needs } from "./needs.ts";
import { smallRun } from "./small_run.ts";

export const native = needs("ffi", "env", "read", "run", "write");

/** Trains on a folder for a step. */
export const train = (into: string, folder: string, ...options: readonly string[]) =>
  smallRun(
    into,
    ...`--model ${writeLinear(into)} --data-dir ${folder}`.split(" "),
    ..."--batch-size 2 --max-steps 1 --split-type original".split(" "),
    ...options,
  );

/** Tests a checkpoint on a folder; the JSON document. */
export const evaluate = async (checkpoint: string, folder: string, ...options: readonly string[]) =>
  JSON.parse(await succeed("evaluate", ["--ckpt-path", checkpoint, "--data-dir", folder, "--json", ...options]));

/** The images of each split, as the run folder tells. */
export function splitOf(best: string): Record<"train" | "val" | "test", string[]> {
  const rows = Deno.readTextFileSync(`${dirname(best)}/split.csv`).trim().split("\n").slice(1).map((row) =>
    row.split(",")
  );
  const of = (name: string) => rows.filter(([, , split]) => split === name).map(([image]) => image).sort();
  return { train: of("train"), val: of("val"), test: of("test") };
}

/** What a test says of films that were seen, in the order of the contract. */
export const seenOf = ({ seen }: { seen: Record<string, unknown> }) => Object.values(seen);
