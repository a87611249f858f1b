import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";

/** The metadata of an exported model: its name, its labels in order, and the preprocessing of its images. */
export type About = Pick<CheckpointMetadata, "thorax" | "model" | "labels" | "preprocessing">;

/** Selects the metadata of an exported model from a checkpoint's. */
export function aboutOf({ thorax, model, labels, preprocessing }: CheckpointMetadata): About {
  return { thorax, model, labels, preprocessing };
}
