import { basename, isAbsolute } from "node:path";
import { z } from "zod";
import { printable, UserError } from "../../errors.ts";
import { type Generation, generationSchema, maxGenerations, namedGenerationOf } from "../../lineage/generation.ts";

// A file may come from anyone, so every field has a bound, far above what a checkpoint of ours can reach.
const size = z.int().positive().max(2 ** 16);
const count = z.int().nonnegative().max(2 ** 31 - 1);
const text = z.string().max(4096);
const names = z.array(text);
/** A name that cannot leave the folder which a file of that name is made in. */
const fileName = z.string().min(1).max(255).refine(
  (name) => name === printable(name) && !/[\\/]|^\.*$/.test(name),
  "Invalid: expected a name without folders and control characters",
);
/** What an option may be; a string is no longer than a command line takes. */
const option = z.union([z.string().max(2 ** 17), z.number(), z.boolean(), z.null(), z.undefined()]);

/** What a checkpoint says about itself: enough to build the model again, feed it, and test it on films it never saw. */
export const checkpointMetadata = z.object({
  /** The version of Thorax that wrote it. */
  thorax: z.string().min(1).max(255),
  /** A name of the registry, or the stem of the user's own file. */
  model: fileName,
  /** The model's description; `compile` checks the rest of it. */
  spec: z.looseObject({ type: z.string() }) as z.ZodType<{ readonly type: string }>,
  /** `[H, W, C]`. */
  input: z.tuple([size, size, size]).readonly(),
  /** In the order of the outputs. */
  labels: names.min(1).max(2 ** 16).readonly(),
  preprocessing: z.object({
    imageSize: size,
    // float32 holds what becomes of a pixel
    mean: z.number().min(-1e9).max(1e9),
    std: z.number().min(1e-9).max(1e9),
    channels: size,
    resize: z.literal("bilinear-antialias"),
  }),
  dataset: z.object({
    kind: text,
    /** Absolute, so that it is found from any folder; absent for what needs no files. */
    directory: text.optional(),
    name: text,
    /** Films that no patient ever had. */
    synthetic: z.boolean(),
    splitSeed: z.int(),
    /** The sampler of the training films; a part of file names. */
    splitType: fileName,
    /** Names of films, as Thorax 0.1.0 kept them: all others of the dataset were there to train on. */
    split: z.object({ validation: names.readonly(), test: names.readonly() }).optional(),
  }),
  /** The films that the model saw, and each ancestor: the latest training first. Absent where nobody recorded them. */
  lineage: z.array(generationSchema).max(maxGenerations).readonly().optional(),
  /** The options of the run, by name. */
  options: z.record(text, option),
  epoch: count,
  step: count,
  /** The loss of the epoch's validation; null before the first. */
  validationLoss: z.number().nullable(),
}).superRefine(({ input: [height, width, channels], preprocessing }, { addIssue }) => {
  const differ = (path: string[], message: string) => addIssue({ code: "custom", path, message });
  if (preprocessing.imageSize !== height || preprocessing.imageSize !== width) {
    differ(
      ["preprocessing", "imageSize"],
      `films of ${preprocessing.imageSize}² do not fit a model for ${height}×${width}`,
    );
  }
  if (preprocessing.channels !== channels) {
    differ(["preprocessing", "channels"], `${preprocessing.channels} channels do not fit a model for ${channels}`);
  }
});

export type CheckpointMetadata = Readonly<z.infer<typeof checkpointMetadata>>;

/** The fields that are written as they are; every other is JSON, since safetensors' `__metadata__` holds strings only. */
const plain = new Set<string>(["thorax", "model"]);

/** One string per field, so that other programs find `labels` or `spec` without ours. */
export function encodeMetadata(metadata: CheckpointMetadata): Record<string, string> {
  const checked = checkpointMetadata.parse(metadata);
  return Object.fromEntries(
    Object.entries(checked).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, plain.has(key) ? String(value) : JSON.stringify(value)]]
    ),
  );
}

/** The inverse of {@linkcode encodeMetadata}; a string says what is wrong, on one line. */
export function decodeMetadata(fields: Readonly<Record<string, string>>): CheckpointMetadata | string {
  const values: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(checkpointMetadata.shape)) {
    const text = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (text === undefined && schema instanceof z.ZodOptional) continue;
    if (text === undefined) return `${key} is missing`;
    try {
      values[key] = plain.has(key) ? text : JSON.parse(text);
    } catch {
      return `${key} is not JSON`;
    }
  }
  const { data, error } = checkpointMetadata.safeParse(values);
  if (data) return data;
  const [{ path, message }] = error.issues;
  return `${path.join(".")}: ${message}`;
}

/** Metadata for a file that goes to others: without the digests or names of films, and without paths of this machine. */
export function publicMetadata(
  { lineage: _, dataset: { split: __, directory: ___, name, ...dataset }, options, ...metadata }: CheckpointMetadata,
): CheckpointMetadata {
  const isPath = (value: unknown) => typeof value === "string" && isAbsolute(value);
  return {
    ...metadata,
    dataset: { ...dataset, name: basename(name) },
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => !isPath(value))),
  };
}

/** What a checkpoint's model saw, as far as it was recorded: of one of Thorax 0.1.0 little, of an exported one nothing. */
export function lineageOf({ lineage, dataset: { kind, split, synthetic } }: CheckpointMetadata): readonly Generation[] {
  if (lineage !== undefined && lineage.length > 0) return lineage;
  return [
    split ? namedGenerationOf({ kind, synthetic, ...split }) : { type: "foreign", library: "Thorax", trainedOn: [] },
  ];
}

/** The error for a file whose metadata {@linkcode decodeMetadata} refuses, and why. */
export function damagedMetadata(path: string, reason: string): UserError {
  return new UserError(`${path}: its Thorax metadata are damaged, or of another version: ${reason}`);
}
