import { z } from "zod";
import { didYouMean, UserError } from "../errors.ts";
import { registry } from "../models/registry.ts";
import type { Precision } from "../ops/precision.ts";
import { choice, flag, integer, type Option, path, type Values } from "../commands/options/option.ts";
import { dataOptions } from "../commands/options/shared_options.ts";
import { defaultBase, type Group, groupOf, limitRunners, type Runner, runners } from "./runners.ts";

const list = (value: string, expected: string, help: string, absent?: string): Option<string | undefined> => ({
  schema: z.string().regex(/^[^,\s]+(,[^,\s]+)*$/),
  expected,
  value,
  default: absent,
  help,
});

export const options = {
  kind: choice(
    ["train", "films", "inference"],
    "training steps with the recipe, the same fed from --data-dir, or forward passes",
  ),
  dataDir: dataOptions.dataDir,
  model: list("NAMES", "names with commas between", "models of the registry, with commas between", "resnet18"),
  batchSize: list("LIST", "numbers with commas between", "batch sizes, with commas between", "8"),
  rounds: integer(1, "rounds; each runner has one turn per round", 5),
  steps: integer(1, "measured steps per turn", 5),
  runners: list("LIST", "names with commas between", "only these runners (default: all of the kind and precision)"),
  base: list(
    "NAME",
    "a name",
    "the runner to which its group is compared (default pytorch-best, pytorch-channels-last, …-bf16)",
  ),
  precision: choice(["float32", "bfloat16", "all"], "the precision of the runners"),
  limit: flag("also run the peers' float32 forward passes, and report the share of a training step's limit"),
  json: path("FILE", "write all measurements to this file"),
  profile: flag("profile Thorax alone: the slowest ops of a step, the kernels that ran, and what holds memory"),
} as const;

export type Options = Values<typeof options>;

/** What a run of the bench measures. */
export interface Plan {
  readonly models: readonly string[];
  readonly batchSizes: readonly number[];
  readonly precisions: readonly Precision[];
  /** In the order of the table. Those of the kind `layer` run once, on their own. */
  readonly runners: readonly Runner[];
  readonly base: Readonly<Record<Group, string>>;
}

/**
 * Makes a plan from the options.
 *
 * @throws {UserError} for a model or a runner that does not exist, or if there is nothing to measure
 */
export function planOf({ kind, model, batchSize, runners: asked, base, precision, limit, profile }: Options): Plan {
  if (profile && kind === "films") {
    throw new UserError("--profile measures a single step", { remedy: "Choose --kind train or inference" });
  }
  const models = namesOf(model ?? "", Object.keys(registry), "model");
  const batchSizes = (batchSize ?? "").split(",").map(Number);
  if (!batchSizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new UserError(`--batch-size must be positive integers with commas between, and is ${batchSize}`);
  }
  const precisions: Precision[] = precision === "all" ? ["float32", "bfloat16"] : [precision];
  const chosen = asked === undefined
    ? ofKind(kind).filter((runner) => precisions.includes(runner.precision))
    : pick(asked, runners);
  if (chosen.length === 0) throw new UserError(`no runner of the kind ${kind} computes in ${precision}`);
  const plan = runners.filter((runner) => chosen.includes(runner) || limit && limitRunners.includes(runner));
  const bases = {
    ...defaultBase,
    ...(base && Object.fromEntries(pick(base, plan).map((runner) => [groupOf(runner), runner.name]))),
  };
  return { models, batchSizes, precisions, runners: plan, base: bases };
}

/** Returns the runners of a kind. Training includes those of the single layer. */
function ofKind(kind: Runner["kind"]): Runner[] {
  return runners.filter((runner) => runner.kind === kind || kind === "train" && runner.kind === "layer");
}

function pick(names: string, from: readonly Runner[]): Runner[] {
  const chosen = namesOf(names, from.map(({ name }) => name), "runner");
  return from.filter(({ name }) => chosen.includes(name));
}

function namesOf(list: string, known: readonly string[], what: string): string[] {
  const names = list.split(",");
  for (const name of names) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known) || `; there are ${known.join(", ")}`;
    throw new UserError(`there is no ${what} "${name}"${hint}`);
  }
  return names;
}
