import * as tf from "@tensorflow/tfjs-core";
import type { Dataset } from "../data/dataset.ts";
import type { TrainedModel } from "../trained/trained_model.ts";
import type { Evaluation } from "./evaluation.ts";
import { writeReport } from "./evaluation_report.ts";
import {
  openRecordedDataset,
  planEvaluation,
  type PlanEvaluationOptions,
  type RunEvaluationOptions,
} from "./evaluation_plan.ts";

/** Options of {@linkcode evaluateModel}. */
export interface EvaluateModelOptions extends PlanEvaluationOptions, Omit<RunEvaluationOptions, "weights"> {
  /** The films and their labels, which must be the model's; by default the dataset that it was trained on. */
  readonly dataset?: Dataset;
  /** Where `evaluation.json` and `predictions.csv` are written; by default nowhere. */
  readonly report?: string;
}

/**
 * Tests a trained model: normal against abnormal, and each label by itself. Films that the model saw in its training are recognized by
 * their content. The engine must be open.
 *
 * @throws {UserError} where the labels differ, films are missing or damaged, or no film is left to test
 *
 * @example
 * ```ts ignore
 * import { evaluateModel, openDataset, openEngine, openTrainedModel } from "@thorax/thorax";
 * await openEngine();
 * const dataset = await openDataset({ directory: "films" });
 * using trained = await openTrainedModel("best_model.safetensors", { dataset });
 * const { n, auroc, seen, warnings } = await evaluateModel(trained, { dataset, split: "all" });
 * ```
 */
export async function evaluateModel(trained: TrainedModel, options: EvaluateModelOptions = {}): Promise<Evaluation> {
  const { dataset = (await openRecordedDataset(trained)).dataset, report } = options;
  await using plan = await planEvaluation(trained, dataset, options);
  const weights = await trained.load();
  try {
    const evaluation = await plan.run({ ...options, weights });
    if (report !== undefined) await writeReport(report, evaluation, dataset);
    return evaluation;
  } finally {
    tf.dispose({ ...weights });
  }
}
