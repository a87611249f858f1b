import { appendMetrics } from "./metrics_file.ts";
import type { Observer } from "./observer.ts";

/** Appends a row to a `metrics.csv` for each step and each validation. */
export function metricsCsv(path: string): Observer {
  return {
    name: "metrics.csv",
    step: ({ epoch, step, loss, learningRate, gradientNorm, examples, seconds }) =>
      appendMetrics(path, {
        epoch,
        step,
        split: "train",
        loss,
        lr: learningRate,
        grad_norm: gradientNorm,
        examples_per_second: examples / seconds,
      }),
    validated: ({ epoch, loss, examples, seconds, state }) =>
      appendMetrics(path, {
        epoch,
        step: state().progress.step,
        split: "val",
        loss,
        examples_per_second: examples / seconds,
      }),
  };
}
