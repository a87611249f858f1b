import { openBatches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { openDataset } from "../data/open_dataset.ts";
import { type Split, splitFilms } from "../data/split.ts";
import { verifyFilms } from "../data/verify.ts";
import { UserError } from "../errors.ts";
import { readTensors } from "../train/checkpoint.ts";
import type { engineOptions, Values } from "../train/options.ts";
import { openCheckpoint } from "../weights/checkpoint.ts";
import type { CheckpointMetadata } from "../weights/checkpoint_metadata.ts";
import { startEngine } from "./engine.ts";
import { compileSource, layersOf, parseSpec } from "./model_source.ts";
import { reportTest, type TestReport } from "./test_report.ts";

/** What to test a checkpoint on; without a dataset, on its own. */
export interface CheckpointTest extends Values<typeof engineOptions>, Pick<TestReport, "which" | "report" | "json"> {
  readonly ckptPath: string;
  /** A file that brings layers which the checkpoint's spec needs. */
  readonly model?: string;
  readonly dataDir?: string;
  readonly dataset: Dataset["kind"] | "auto";
  readonly batchSize: number;
}

/** Tests a checkpoint on films of a dataset: of its own split where it is the dataset that it was trained on. */
export async function testCheckpoint(options: CheckpointTest): Promise<void> {
  using checkpoint = await openCheckpoint(options.ckptPath);
  const { metadata } = checkpoint;
  const dataset = await openRecorded(options, metadata);
  if (`${dataset.labels}` !== `${metadata.labels}`) {
    throw new UserError(
      `${options.ckptPath} was trained on other labels (${metadata.labels.join(", ")}) than ${dataset.name} has ` +
        `(${dataset.labels.join(", ")})`,
      { remedy: "Test it on data with its labels, in their order (label_dict.txt)" },
    );
  }
  const split = storedSplit(dataset, metadata) ?? splitFilms(dataset, { seed: metadata.dataset.splitSeed });
  await verifyFilms(dataset);
  const layers = await layersOf(options.model);
  const source = { spec: parseSpec(metadata.spec, layers, options.ckptPath), layers };
  const model = compileSource(source, options.ckptPath, metadata.input);
  await startEngine(options);
  const weights = await readTensors(checkpoint, options.ckptPath, model.parameters);
  await using batches = openBatches(dataset, { imageSize: metadata.preprocessing.imageSize });
  await reportTest({
    ...options,
    model,
    name: metadata.model,
    checkpoint: options.ckptPath,
    weights,
    dataset,
    split,
    batches,
  });
}

/** The dataset that is named, else the one that the checkpoint records. */
function openRecorded(
  { dataDir, dataset }: CheckpointTest,
  { dataset: recorded }: CheckpointMetadata,
): Promise<Dataset> {
  if (dataDir !== undefined || dataset !== "auto") return openDataset({ directory: dataDir, kind: dataset });
  return openDataset({ directory: recorded.directory, kind: recorded.kind as Dataset["kind"] });
}

/** The split that the checkpoint keeps, where all of its films are in the dataset. */
function storedSplit(dataset: Dataset, { dataset: { split } }: CheckpointMetadata): Split | undefined {
  const index = new Map(dataset.films.map(({ image }, film) => [image, film]));
  const find = (names: readonly string[]) => names.map((name) => index.get(name)).filter((film) => film !== undefined);
  const val = find(split.validation), test = find(split.test);
  if (val.length !== split.validation.length || test.length !== split.test.length) return undefined;
  const held = new Set([...val, ...test]);
  return { train: [...dataset.films.keys()].filter((film) => !held.has(film)), val, test };
}
