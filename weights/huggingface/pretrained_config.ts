import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../../errors.ts";
import { readFileIfThere } from "../../formats/regular_file.ts";
import type { InputScale, Settings } from "../names/naming.ts";

/** What `save_pretrained` of transformers writes beside the weights. */
export interface PretrainedConfig {
  /** Its `config.json`. */
  readonly settings?: Settings;
  /** How its `preprocessor_config.json` scales films. */
  readonly input?: InputScale;
}

/** Bytes: a name for each of 100,000 labels. */
const limit = 16 << 20;

const settingsSchema = z.looseObject({ model_type: z.string() });

const channels = z.array(z.number()).min(1).max(4);

/** Absent values are what every image processor of transformers starts from. */
const processorSchema = z.object({
  do_rescale: z.literal(true).nullish(),
  rescale_factor: z.number().refine((factor) => Math.abs(factor * 255 - 1) < 1e-6).nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: channels.optional(),
  image_std: channels.refine((values) => values.every((value) => value > 0)).optional(),
});

/**
 * What the two files beside a file of weights say, as far as they are of transformers: a `config.json` has a `model_type`.
 *
 * @throws {UserError} where the image processor scales films in a way that is no mean and standard deviation
 */
export async function configBeside(path: string): Promise<PretrainedConfig> {
  const { data: settings } = settingsSchema.safeParse(await readJson(join(dirname(path), "config.json")));
  return settings === undefined ? {} : { settings, input: await inputBeside(path) };
}

async function inputBeside(path: string): Promise<InputScale | undefined> {
  const file = join(dirname(path), "preprocessor_config.json"), json = await readJson(file);
  if (json === undefined) return undefined;
  const { data } = processorSchema.safeParse(json);
  if (data?.do_normalize === false) return { mean: [0], std: [1] };
  if (data?.image_mean?.length !== data?.image_std?.length || !data) {
    throw new UserError(`${file} does not scale films by a mean and a standard deviation of x/255`, {
      remedy: "Copy the weights to a folder without it if they take films as other models do",
    });
  }
  return data.image_mean && data.image_std && { mean: data.image_mean, std: data.image_std };
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await readFileIfThere(path, { limit, what: "a file of settings" });
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
