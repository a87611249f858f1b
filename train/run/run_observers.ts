import { decodeFiles } from "../../data/stream/decode_unknown.ts";
import { checkpoints } from "../observers/checkpoints.ts";
import { lastState } from "../observers/last_state.ts";
import { logLines } from "../observers/log_lines.ts";
import { metricsCsv } from "../observers/metrics_csv.ts";
import type { Observer } from "../observers/observer.ts";
import { progressBar } from "../observers/progress_bar.ts";
import type { TrainingRun } from "./open_run.ts";
import type { RunFolder } from "./run_folder.ts";

/** What the observers of a run go by. */
export interface RunObserversOptions {
  /** A checkpoint is kept every so many epochs; by default none is but the best and the final one. */
  readonly saveEvery?: number;
  /** Gets the lines of the log; by default nobody does. */
  readonly tell?: (line: string) => void;
  /** Whether progress is shown on standard error: true. */
  readonly progress?: boolean;
  /** Is told how many of the test films are decoded, so that copies of them are recognized. */
  readonly onDecoded?: (done: number, total: number) => void;
}

/**
 * The observers that follow a run of the `train` command: they recognize copies of the test films, show the progress, write
 * `metrics.csv`, the checkpoints and `last/` into the folder, and tell the lines of the log.
 */
export function runObservers(
  run: TrainingRun,
  folder: RunFolder,
  { saveEvery, tell = () => {}, progress = true, onDecoded }: RunObserversOptions = {},
): Observer[] {
  const { describe } = run;
  return [
    identifyTestFilms(run, onDecoded),
    ...(progress ? [progressBar()] : []),
    metricsCsv(folder.metrics),
    checkpoints({ folder, describe, saveEvery, tell }),
    lastState({ path: folder.state, describe }),
    logLines(tell),
  ];
}

/** Decodes the test films before training, so that the lineage of its checkpoints knows copies of them for the test's. */
export function identifyTestFilms(
  { batches, dataset, split: { test } }: Pick<TrainingRun, "batches" | "dataset" | "split">,
  onDecoded?: (done: number, total: number) => void,
): Observer {
  return {
    name: "test films",
    required: true,
    runStart: () => decodeFiles(batches, dataset, test, { keep: false, onDecoded }),
  };
}
