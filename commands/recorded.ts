import type { Dataset } from "../data/dataset.ts";
import { type Split, splitFilms } from "../data/split.ts";
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

/**
 * The split that a checkpoint keeps; undefined where not all of its films are in the dataset. What has come to the dataset
 * since then is there to train on.
 */
export function recordedSplit(dataset: Dataset, { dataset: recorded }: CheckpointMetadata): Split | undefined {
  const index = new Map(dataset.films.map(({ image }, film) => [image, film]));
  const find = (names: readonly string[]) => names.map((name) => index.get(name)).filter((film) => film !== undefined);
  const { validation, test: tested } = recorded.split;
  const val = find(validation), test = find(tested);
  if (val.length !== validation.length || test.length !== tested.length) return undefined;
  const held = new Set([...val, ...test]);
  const drawn = splitFilms(dataset, { seed: recorded.splitSeed });
  const train = [...drawn.train, ...drawn.val, ...drawn.test].filter((film) => !held.has(film)).sort((a, b) => a - b);
  return { train, val, test };
}
