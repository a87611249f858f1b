import type { Dataset } from "../data/dataset.ts";
import { UserError } from "../errors.ts";
import type { CheckpointMetadata } from "../weights/checkpoint_metadata.ts";

/** Makes sure that a checkpoint's outputs mean the dataset's labels, in their order. */
export function checkLabels(path: string, { labels }: CheckpointMetadata, dataset: Dataset): void {
  if (`${dataset.labels}` === `${labels}`) return;
  throw new UserError(
    `${path} was trained on other labels (${labels.join(", ")}) than ${dataset.name} has ` +
      `(${dataset.labels.join(", ")})`,
    { remedy: "Take data with its labels, in their order (label_dict.txt)" },
  );
}
