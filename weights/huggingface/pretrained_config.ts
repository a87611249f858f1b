import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../../errors.ts";
import { readFileIfThere } from "../../formats/regular_file.ts";
import type { InputNormalization, Settings } from "../names/naming.ts";

/** The configuration files that `save_pretrained` of transformers writes beside the weights. */
export interface PretrainedConfig {
  /** The contents of `config.json`. */
  readonly settings?: Settings;
  /** The normalization of films in `preprocessor_config.json`. */
  readonly normalization?: InputNormalization;
}

/** The longest file that is read, in bytes. It has room for the names of 100,000 labels. */
const limit = 16 << 20;

const settingsSchema = z.looseObject({ model_type: z.string() });

const channels = z.array(z.number()).min(1).max(4);

/** An image processor. Where a value is missing, transformers uses its default. */
const processorSchema = z.object({
  do_rescale: z.literal(true).nullish(),
  rescale_factor: z.number().refine((factor) => Math.abs(factor * 255 - 1) < 1e-6).nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: channels.optional(),
  image_std: channels.refine((values) => values.every((value) => value > 0)).optional(),
});

/**
 * Reads the configuration files beside a file of weights, if transformers wrote them: then `config.json` has a
 * `model_type`.
 *
 * @throws {UserError} where the image processor does not normalize films by a mean and a standard deviation
 */
export async function configBeside(path: string): Promise<PretrainedConfig> {
  const { data: settings } = settingsSchema.safeParse(await readJson(join(dirname(path), "config.json")));
  return settings === undefined ? {} : { settings, normalization: await normalizationBeside(path) };
}

async function normalizationBeside(path: string): Promise<InputNormalization | undefined> {
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
