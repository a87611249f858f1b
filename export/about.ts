import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";

/** What an exported model says of itself, beside its graph: enough to feed it and to read what it gives. */
export type About = Pick<CheckpointMetadata, "thorax" | "model" | "labels" | "preprocessing">;

/** Of a checkpoint. */
export function aboutOf({ thorax, model, labels, preprocessing }: CheckpointMetadata): About {
  return { thorax, model, labels, preprocessing };
}
