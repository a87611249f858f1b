import { z } from "zod";
import { didYouMean, UserError } from "../errors.ts";
import { registry } from "../models/registry.ts";
import type { Precision } from "../ops/precision.ts";
import { choice, flag, integer, type Option, path, type Values } from "../commands/options/option.ts";
import { dataOptions } from "../commands/options/shared_options.ts";
import { type Arm, arms, defaultBase, type Group, groupOf, limitArms } from "./arms.ts";

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
  rounds: integer(1, "times that each arm has its turn", 5),
  steps: integer(1, "steps that are measured each time", 5),
  arms: list("LIST", "names with commas between", "only these arms; without it, all of the kind and precision"),
  base: list("NAME", "a name", "whom its group is compared with (default pytorch-best, pytorch-channels-last, …-bf16)"),
  precision: choice(["float32", "bfloat16", "all"], "the arms of which precision"),
  limit: flag("also run the peers' float32 forward passes: the share of the limit of a training step"),
  json: path("FILE", "write all that was measured there"),
  profile: flag("only Thorax: the slowest ops of a step, the kernels that ran, and what holds memory"),
} as const;

export type Options = Values<typeof options>;

/** What is to be measured. */
export interface Plan {
  readonly models: readonly string[];
  readonly batchSizes: readonly number[];
  readonly precisions: readonly Precision[];
  /** In the order of the table; those of the kind `layer` run once, apart. */
  readonly arms: readonly Arm[];
  readonly base: Readonly<Record<Group, string>>;
}

/** @throws {UserError} for a model or an arm that does not exist, or where there is nothing to measure */
export function planOf({ kind, model, batchSize, arms: asked, base, precision, limit, profile }: Options): Plan {
  if (profile && kind === "films") {
    throw new UserError("--profile is of a step by itself", { remedy: "Choose --kind train or inference" });
  }
  const models = namesOf(model ?? "", Object.keys(registry), "model");
  const batchSizes = (batchSize ?? "").split(",").map(Number);
  if (!batchSizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new UserError(`--batch-size must be positive integers with commas between, and is ${batchSize}`);
  }
  const precisions: Precision[] = precision === "all" ? ["float32", "bfloat16"] : [precision];
  const chosen = asked === undefined
    ? ofKind(kind).filter((arm) => precisions.includes(arm.precision))
    : pick(asked, arms);
  if (chosen.length === 0) throw new UserError(`no arm of the kind ${kind} computes in ${precision}`);
  const plan = arms.filter((arm) => chosen.includes(arm) || limit && limitArms.includes(arm));
  const bases = {
    ...defaultBase,
    ...base && Object.fromEntries(pick(base, plan).map((arm) => [groupOf(arm), arm.name])),
  };
  return { models, batchSizes, precisions, arms: plan, base: bases };
}

/** The arms of a table; that of training has the layer's beside it. */
function ofKind(kind: Arm["kind"]): Arm[] {
  return arms.filter((arm) => arm.kind === kind || kind === "train" && arm.kind === "layer");
}

function pick(names: string, from: readonly Arm[]): Arm[] {
  const chosen = namesOf(names, from.map(({ name }) => name), "arm");
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
