import { z } from "zod";
import { type Generation, generationSchema, namedGenerationOf } from "../lineage/generation.ts";

const size = z.int().positive();
const names = z.array(z.string());

/** What a checkpoint says about itself: enough to build the model again, feed it, and test it on films it never saw. */
export const checkpointMetadata = z.object({
  /** The version of Thorax that wrote it. */
  thorax: z.string().min(1),
  /** A name of the registry, or the stem of the user's own file. */
  model: z.string().min(1),
  /** The model's description; `compile` checks the rest of it. */
  spec: z.looseObject({ type: z.string() }) as z.ZodType<{ readonly type: string }>,
  /** `[H, W, C]`. */
  input: z.tuple([size, size, size]).readonly(),
  /** In the order of the outputs. */
  labels: names.min(1).readonly(),
  preprocessing: z.object({
    imageSize: size,
    mean: z.number(),
    std: z.number().positive(),
    channels: size,
    resize: z.literal("bilinear-antialias"),
  }),
  dataset: z.object({
    kind: z.string(),
    /** As the user gave it; absent for what needs no files. */
    directory: z.string().optional(),
    name: z.string(),
    /** Films that no patient ever had. */
    synthetic: z.boolean(),
    splitSeed: z.int(),
    splitType: z.string(),
    /** Names of films, as Thorax 0.1.0 kept them: all others of the dataset were there to train on. */
    split: z.object({ validation: names.readonly(), test: names.readonly() }).optional(),
  }),
  /** The films that the model saw, and each ancestor: the latest training first. Absent where nobody recorded them. */
  lineage: z.array(generationSchema).readonly().optional(),
  /** The options of the run, by name. */
  options: z.record(z.string(), z.unknown()),
  epoch: z.int().nonnegative(),
  step: z.int().nonnegative(),
  /** Of the epoch's validation; null before the first. */
  validationLoss: z.number().nullable(),
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

/** What a checkpoint's model saw, as far as it was recorded: of one of Thorax 0.1.0 little, of an exported one nothing. */
export function lineageOf({ lineage, dataset: { split, synthetic } }: CheckpointMetadata): readonly Generation[] {
  return lineage ??
    [split ? namedGenerationOf({ synthetic, ...split }) : { type: "foreign", library: "Thorax", trainedOn: [] }];
}
