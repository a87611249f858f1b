import type { Dataset } from "../data/dataset.ts";
import { UserError } from "../errors.ts";
import type { Generation } from "../lineage/generation.ts";
import { type CheckpointMetadata, lineageOf } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { Fit } from "../weights/matching/fit.ts";

/**
 * Makes sure that a checkpoint's outputs mean the dataset's labels, in their order.
 *
 * @throws {UserError} where they do not
 */
export function checkLabels(path: string, labels: readonly string[], dataset: Dataset): void {
  if (`${dataset.labels}` === `${labels}`) return;
  throw new UserError(
    `${path} was trained on other labels (${labels.join(", ")}) than ${dataset.name} has ` +
      `(${dataset.labels.join(", ")})`,
    { remedy: "Take data with its labels, in their order (label_dict.txt)" },
  );
}

/** Returns the lineage of weights: as their file records it, or nothing but whose they are. */
export function lineageOfFit(
  { library, trainedOn = [] }: Fit,
  metadata: CheckpointMetadata | undefined,
): readonly Generation[] {
  return metadata ? lineageOf(metadata) : [{ type: "foreign", library, trainedOn: [...trainedOn] }];
}
