import { compilePrediction } from "../../evaluate/predict.ts";
import { featureBatches } from "../features.ts";
import { fit, type FitResult } from "../loop.ts";
import type { Observer } from "../observers/observer.ts";
import type { TrainState } from "../state.ts";
import type { TrainingRun } from "./open_run.ts";

/** How a run is trained. */
export interface FitRunOptions {
  /** What training begins with, where it is read already; the first step overwrites it. */
  readonly state?: TrainState;
  /** Aborted, it interrupts training. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a run, as `fit` does; of one that trains the last layer alone it computes what that layer takes once for each film. The
 * engine must be open.
 *
 * @throws whatever `fit` throws
 */
export async function fitRun(
  run: TrainingRun,
  observers: readonly Observer[] = [],
  { state: given, signal }: FitRunOptions = {},
): Promise<FitResult> {
  const state = given ?? await run.firstState(), { head, batches } = run;
  if (!head) return await fit({ ...run, signal }, state, observers);
  using body = compilePrediction(head.body, state.tensors.weights, run);
  return await fit(
    { ...run, signal, model: head.rest, batches: featureBatches(batches, body.logits) },
    state,
    observers,
  );
}
