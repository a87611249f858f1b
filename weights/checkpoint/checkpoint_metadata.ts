import { basename, isAbsolute } from "node:path";
import { z } from "zod";
import { printable, UserError } from "../../errors.ts";
import { type Generation, generationSchema, maxGenerations, namedGenerationOf } from "../../lineage/generation.ts";

// A file may come from anyone, so every field has a bound, far above what a checkpoint of Thorax can reach.
const size = z.int().positive().max(2 ** 16);
const count = z.int().nonnegative().max(2 ** 31 - 1);
const text = z.string().max(4096);
const names = z.array(text);
/** A name that cannot lead out of the folder in which a file of that name is created. */
const fileName = z.string().min(1).max(255).refine(
  (name) => name === printable(name) && !/[\\/]|^\.*$/.test(name),
  "Invalid: expected a name without folders and control characters",
);
/** The JSON of a recipe, which `train/` reads. */
const recipe = z.record(text, z.unknown()).refine(
  (value) => JSON.stringify(value).length <= 2 ** 16,
  "Invalid: expected a recipe of at most 64 KiB",
);
/** The value of an option. A string may be as long as a command line takes. */
const option = z.union([z.string().max(2 ** 17), z.number(), z.boolean(), z.null(), z.undefined()]);

/** What a checkpoint says about itself: enough to build the model again, feed it, and test it on films it never saw. */
export interface CheckpointMetadata {
  /** The version of Thorax that wrote it. */
  readonly thorax: string;
  /** The name of a model of the registry, or the stem of the user's own file. */
  readonly model: string;
  /** The spec of the model. `compile` checks what is not checked here. */
  readonly spec: { readonly type: string };
  /** The shape of an input, `[H, W, C]`. */
  readonly input: readonly [height: number, width: number, channels: number];
  /** The labels, in the order of the outputs. */
  readonly labels: readonly string[];
  /** How films become inputs. */
  readonly preprocessing: Preprocessing;
  /** The dataset of the latest training, and its split. */
  readonly dataset: DatasetRecord;
  /**
   * The films that the model and each of its ancestors saw, the latest training first. Absent where nobody recorded
   * them.
   */
  readonly lineage?: readonly Generation[];
  /** The options of the run that wrote it, by name. */
  readonly options: Readonly<Record<string, string | number | boolean | null | undefined>>;
  /** How the model was trained: the recipe's JSON. Absent in files of Thorax 0.1. */
  readonly recipe?: Readonly<Record<string, unknown>>;
  /** The number of epochs that the model was trained for. */
  readonly epoch: number;
  /** The number of steps that the model was trained for. */
  readonly step: number;
  /** The validation loss of the epoch; null before the first. */
  readonly validationLoss: number | null;
}

/** How films become inputs of a model. */
export interface Preprocessing {
  /** The side of the square that films are stretched to, in pixels. */
  readonly imageSize: number;
  /** Subtracted from pixels in [0, 1]. */
  readonly mean: number;
  /** Divides what remains. */
  readonly std: number;
  /** The channels of an input. */
  readonly channels: number;
  /** The filter that stretches films: Pillow's bilinear with antialiasing. */
  readonly resize: "bilinear-antialias";
}

/** The dataset that a model was trained on, and its split. */
export interface DatasetRecord {
  /** The layout of its files, such as `nih`. */
  readonly kind: string;
  /** An absolute path, so that it is found from any folder. Absent for a dataset that needs no files. */
  readonly directory?: string;
  /** Its name, for people. */
  readonly name: string;
  /** Whether the films are made up and show no patient. */
  readonly synthetic: boolean;
  /** The seed of the split. */
  readonly splitSeed: number;
  /** The sampler of the training films; a part of file names. */
  readonly splitType: string;
  /** The names of films, as Thorax 0.1.0 recorded them. All other films of the dataset were for training. */
  readonly split?: { readonly validation: readonly string[]; readonly test: readonly string[] };
}

const checkpointSchema = z.object({
  thorax: z.string().min(1).max(255),
  model: fileName,
  spec: z.looseObject({ type: z.string() }),
  input: z.tuple([size, size, size]),
  labels: names.min(1).max(2 ** 16),
  preprocessing: z.object({
    imageSize: size,
    // float32 holds the normalized pixels within these bounds.
    mean: z.number().min(-1e9).max(1e9),
    std: z.number().min(1e-9).max(1e9),
    channels: size,
    resize: z.literal("bilinear-antialias"),
  }),
  dataset: z.object({
    kind: text,
    directory: text.optional(),
    name: text,
    synthetic: z.boolean(),
    splitSeed: z.int(),
    splitType: fileName,
    split: z.object({ validation: names, test: names }).optional(),
  }),
  lineage: z.array(generationSchema).max(maxGenerations).readonly().optional(),
  options: z.record(text, option),
  recipe: recipe.optional(),
  epoch: count,
  step: count,
  validationLoss: z.number().nullable(),
}).superRefine(({ input: [height, width, channels], preprocessing }, { addIssue }) => {
  const addMismatch = (path: string[], message: string) => addIssue({ code: "custom", path, message });
  if (preprocessing.imageSize !== height || preprocessing.imageSize !== width) {
    addMismatch(
      ["preprocessing", "imageSize"],
      `films of ${preprocessing.imageSize}² do not fit a model for ${height}×${width}`,
    );
  }
  if (preprocessing.channels !== channels) {
    addMismatch(["preprocessing", "channels"], `${preprocessing.channels} channels do not fit a model for ${channels}`);
  }
}) satisfies z.ZodType<CheckpointMetadata>;

/**
 * The fields that are written as they are. All others are JSON, since safetensors' `__metadata__` holds strings only.
 */
const plain = new Set<string>(["thorax", "model"]);

/** Encodes metadata as one string per field, so that other programs can read `labels` or `spec`. */
export function encodeMetadata(metadata: CheckpointMetadata): Record<string, string> {
  const checked = checkpointSchema.parse(metadata);
  return Object.fromEntries(
    Object.entries(checked).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, plain.has(key) ? String(value) : JSON.stringify(value)]]
    ),
  );
}

/** Decodes what {@linkcode encodeMetadata} returns. A string says on one line what is wrong with the fields. */
export function decodeMetadata(fields: Readonly<Record<string, string>>): CheckpointMetadata | string {
  const values: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(checkpointSchema.shape)) {
    const text = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (text === undefined && schema instanceof z.ZodOptional) continue;
    if (text === undefined) return `${key} is missing`;
    try {
      values[key] = plain.has(key) ? text : JSON.parse(text);
    } catch {
      return `${key} is not JSON`;
    }
  }
  const { data, error } = checkpointSchema.safeParse(values);
  if (data) return data;
  const [issue] = error.issues;
  return `${issue?.path.join(".")}: ${issue?.message}`;
}

/**
 * Returns metadata for a file that is given to others: without digests and names of films, and without paths of this
 * machine.
 */
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

/**
 * The films that a checkpoint's model saw, as far as they were recorded: little of a checkpoint of Thorax 0.1.0,
 * nothing of an exported one.
 */
export function lineageOf({ lineage, dataset: { kind, split, synthetic } }: CheckpointMetadata): readonly Generation[] {
  if (lineage !== undefined && lineage.length > 0) return lineage;
  return [
    split ? namedGenerationOf({ kind, synthetic, ...split }) : { type: "foreign", library: "Thorax", trainedOn: [] },
  ];
}

/**
 * Decodes what a file of Thorax says about itself, under whichever names its tensors are; undefined for a file of
 * another program.
 *
 * @throws {UserError} where the metadata cannot be read, as the normalization of films would have to be guessed
 */
export function recordedMetadata(
  { path, metadata }: { readonly path: string; readonly metadata: Readonly<Record<string, string>> },
): CheckpointMetadata | undefined {
  if (!("thorax" in metadata)) return undefined;
  const recorded = decodeMetadata(metadata);
  if (typeof recorded === "string") {
    throw new UserError(`${path}: its Thorax metadata are damaged, or of another version: ${recorded}`);
  }
  return recorded;
}
