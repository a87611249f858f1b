import { lineageOf } from "../weights/checkpoint/checkpoint_metadata.ts";
import { modelName } from "../trained/model_name.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { readTensors } from "../weights/checkpoint/model_weights.ts";
import { trainLog } from "../train/log.ts";
import { meanLoss } from "../train/losses/mean_loss.ts";
import { appendMetrics } from "../train/observers/metrics_file.ts";
import type { TrainingRun } from "../train/run/open_run.ts";
import type { RunFolder } from "../train/run/run_folder.ts";
import { reportTest } from "./report_evaluation.ts";

/** Tests the weights of a run's lowest validation loss, and appends the test's loss to `metrics.csv`. */
export async function testBest(run: TrainingRun, folder: RunFolder): Promise<void> {
  const { name, model, dataset, cohort, batches, wholeSplit, recipe, batchSize = 32, precision = "float32" } = run;
  using checkpoint = await openCheckpoint(folder.best);
  const { metadata } = checkpoint, { epoch, step } = metadata;
  const weights = await readTensors(checkpoint, folder.best, model.parameters);
  trainLog.info("Testing...");
  trainLog.info(`Loaded tested model from ${folder.best}`);
  const { predictions: { logits, targets }, examplesPerSecond } = await reportTest({
    model,
    name: modelName(name),
    weights,
    dataset,
    cohort,
    batches,
    batchSize,
    precision,
    lineage: lineageOf(metadata),
    synthetic: dataset.synthetic,
    testFilms: { split: "test", films: wholeSplit.test, notes: [] },
    checkpoint: folder.best,
    report: folder.report,
  });
  if (logits.length === 0) return; // its one film is unreadable: the report says so
  const loss = meanLoss(recipe.loss, logits, targets, { batchSize, classes: dataset.labels.length });
  await appendMetrics(folder.metrics, { epoch, step, split: "test", loss, examples_per_second: examplesPerSecond });
}
