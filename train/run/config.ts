import { z } from "zod";
import { UserError } from "../../errors.ts";
import { readRegularFile } from "../../formats/regular_file.ts";
import { replaceFile } from "../../formats/atomic_file.ts";
import { type SamplerName, samplerNames } from "../../data/sampling/samplers.ts";
import { adam } from "../optimizers/adam.ts";
import type { RecordedRecipe } from "../recipe_record.ts";
import { documentRecipe, type Recipe } from "../recipe.ts";
import { sampler } from "../samplers/samplers.ts";
import type { RecordedOptions } from "./run_options.ts";

/** What a run's `config.json` says. */
export interface RunConfig {
  /** The options, unchecked. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The recipe's JSON, unchecked; absent in folders of Thorax 0.1. */
  readonly recipe?: unknown;
}

/** Writes a run's `config.json`: its options by name, and its recipe. */
export function writeConfig(path: string, options: RecordedOptions, recipe: RecordedRecipe): Promise<void> {
  const text = `${JSON.stringify({ ...options, recipe }, null, 2)}\n`;
  return replaceFile(path, (append) => append(new TextEncoder().encode(text)));
}

/**
 * Reads a run's `config.json`.
 *
 * @throws {UserError} where it cannot be read
 */
export async function readConfig(path: string): Promise<RunConfig> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, { limit: 2 ** 20, what: "a config.json" }));
    const { recipe, ...options } = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    return { options, recipe };
  } catch (cause) {
    throw new UserError(`${path} cannot be read`, { remedy: "--resume takes a run folder, as train makes it", cause });
  }
}

const count = z.int().min(1);

/** The options that a run goes on by. */
const runConfig = z.object({
  model: z.string().min(1),
  batchSize: count.max(4096).default(32),
  epochs: count.default(50),
  seed: z.int().min(0).default(42),
  splitSeed: z.int().min(0).default(42),
  precision: z.enum(["float32", "bfloat16"]).default("float32"),
  remat: z.boolean().default(false),
  xla: z.boolean().default(false),
  maxSteps: count.optional(),
  limitTrainBatches: count.optional(),
  limitValBatches: count.optional(),
  freeze: z.string().optional(),
  lrFor: z.string().optional(),
  headOnly: z.boolean().default(false),
  onBadImage: z.enum(["error", "skip"]).default("error"),
  ckptPath: z.string().optional(),
  weights: z.string().optional(),
  dataDir: z.string().optional(),
  imgSize: count.optional(),
});

/** The options of a recorded run that it goes on by. */
export type RecordedSettings = z.infer<typeof runConfig>;

/**
 * Checks the options of a `config.json` that a run goes on by; others stay aside.
 *
 * @throws {UserError} that names the first that is wrong
 */
export function readSettings({ options }: RunConfig, place: string): RecordedSettings {
  const { data, error } = runConfig.safeParse(options);
  if (data) return data;
  const [{ path, message }] = error.issues;
  throw new UserError(`${place}: ${path.join(".")}: ${message}`);
}

/** The options of the `train` command that say how the document's recipe is changed. */
export interface RecipeOptions {
  readonly lr?: number;
  readonly weightDecay?: number;
  readonly splitType?: SamplerName;
  readonly shuffle?: boolean;
}

/** The document's recipe as the options of the `train` command change it. */
export function recipeOfOptions({ lr, weightDecay, splitType = "balanced", shuffle }: RecipeOptions): Recipe {
  return {
    ...documentRecipe,
    optimizer: adam({ learningRate: lr, weightDecay }),
    sampler: sampler(splitType, { shuffle }),
  };
}

const recipeOptions = z.object({
  lr: z.number().positive().optional(),
  weightDecay: z.number().nonnegative().optional(),
  splitType: z.enum(samplerNames).optional(),
  shuffle: z.boolean().optional(),
});

/** The recipe of a run folder that records none, as those of Thorax 0.1: the document's, changed by its options. */
export function earlierRecipe({ options }: RunConfig, place: string): Recipe {
  const { data, error } = recipeOptions.safeParse(options);
  if (data) return recipeOfOptions(data);
  const [{ path, message }] = error.issues;
  throw new UserError(`${place}: ${path.join(".")}: ${message}`);
}

/**
 * Makes sure that the options of a `config.json` say of its recipe what the recipe says.
 *
 * @throws {UserError} that names what contradicts it
 */
export function checkConsistent({ options }: RunConfig, { optimizer, sampler }: Recipe, place: string): void {
  const said: Readonly<Record<string, unknown>> = {
    lr: optimizer.learningRate,
    weightDecay: "weightDecay" in optimizer ? optimizer.weightDecay : undefined,
    splitType: sampler.type,
  };
  for (const [name, value] of Object.entries(said)) {
    if (options[name] === undefined || value === undefined || options[name] === value) continue;
    throw new UserError(`${place} contradicts itself: ${name} is ${options[name]}, and ${value} in its recipe`);
  }
}
