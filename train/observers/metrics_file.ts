/** One row of `metrics.csv`: a training step, or an evaluation of a whole split. */
export interface MetricsRow {
  /** The epoch, from 1. */
  readonly epoch: number;
  /** Steps taken so far in the run. */
  readonly step: number;
  readonly split: "train" | "val" | "test";
  readonly loss: number;
  /** The learning rate of the step; empty for an evaluation. */
  readonly lr?: number;
  /** The gradients' global norm before clipping; empty for an evaluation. */
  readonly grad_norm?: number;
  readonly examples_per_second?: number;
}

const columns = ["epoch", "step", "split", "loss", "lr", "grad_norm", "examples_per_second"] as const;

/** Appends a row to a run's `metrics.csv`, with the header where the file is new. */
export async function appendMetrics(path: string, row: MetricsRow): Promise<void> {
  using file = await Deno.open(path, { append: true, create: true });
  const header = (await file.stat()).size === 0 ? `${columns.join()}\n` : "";
  const line = `${header}${columns.map((column) => row[column] ?? "").join()}\n`;
  await file.write(new TextEncoder().encode(line));
}
