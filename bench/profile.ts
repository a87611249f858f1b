import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { alignColumns } from "../text_table.ts";
import { compile, type Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { buildModel } from "../models/registry.ts";
import type { Precision } from "../ops/precision.ts";
import type { ThoraxBackend } from "../runtime/backend/backend.ts";
import { traceFunction } from "../runtime/trace/trace_function.ts";
import { openEngine } from "../runtime/open.ts";
import { predictStep, scalarsOf, trainArguments, trainStep } from "./runners/thorax_steps.ts";
import { type Allocation, peakOf, readAllocations } from "./allocations.ts";
import { type Job, task } from "./job.ts";
import { type NodeRun, readNodeRuns } from "./run_metadata.ts";
import { openSession } from "./session.ts";

/** Steps before the profile, in which the kernels lay out their weights. */
const warmUp = 3;
/** The largest number of rows in a table of single ops. */
const most = 25;

/** Profiles steps of Thorax. Returns tables of time and memory, as lines. */
export async function profileModel(
  { model: name, batchSize, kind, precision, steps }: Pick<Job, "model" | "batchSize" | "kind" | "precision"> & {
    steps: number;
  },
): Promise<string[]> {
  await openEngine({ device: "cpu" });
  const model = compile(buildModel(name, { numClasses: task.classes, dropout: 0 }), {
    input: [task.size, task.size, 1],
  });
  const threads = navigator.hardwareConcurrency;
  const job: Job = { ...task, kind, model: name, batchSize, threads, precision };
  const step = kind === "train" ? trainStep(model, job) : predictStep(model, job);
  await step(); // compiles the function
  const [state, inputs] = trainArguments(model, job);
  using session = kind === "train"
    ? await openSession("trainStep", [state, { ...inputs, scalars: scalarsOf(job, 1) }])
    : await openSession("prediction", [inputs.images, ...weightsOf(model, state.weights, inputs.images, precision)]);
  for (let i = 0; i < warmUp; i++) session.run();
  const start = performance.now();
  const metadata = Array.from({ length: steps }, () => session.run());
  const milliseconds = (performance.now() - start) / steps;
  return [
    `${kind === "train" ? "Training" : "Inference"}: ${name}, batch ${batchSize}, ${precision}: ` +
    `${milliseconds.toFixed(1)} ms a step with statistics on, mean of ${steps}; kernels that ran at once both count`,
    ...showProfile(metadata.flatMap(readNodeRuns).filter(({ node }) => node !== session.caller), steps),
    ...showMemory(readAllocations(metadata[steps - 1])),
  ];
}

/** Returns the weights as a frozen prediction takes them, beside the images. */
function weightsOf(model: Model, trained: Weights, images: Tensor, precision: Precision): Tensor[] {
  const backend = tf.backend() as ThoraxBackend;
  const { apply, weights } = model.forInference(trained);
  const { constants } = traceFunction(
    backend,
    function prediction(images: Tensor) {
      return apply(weights, images, precision);
    },
    [images],
    { label: "prediction", donated: [false], xla: false, frozen: true },
  );
  return constants.map((handle) => backend.wrap({ kind: "handle", handle }));
}

interface Total {
  ms: number;
  count: number;
  readonly run: NodeRun;
}

/** Formats two tables of the kernels that ran, per step: by op, and the slowest single nodes. */
export function showProfile(runs: readonly NodeRun[], steps: number): string[] {
  const byKernel = totals(runs, ({ kernel }) => kernel),
    byNode = totals(runs, ({ node, kernel }) => `${node} ${kernel}`);
  const all = sum(byKernel.map(({ ms }) => ms));
  const numbers = ({ ms, count }: Total) => [
    (ms / steps).toFixed(2),
    `${(100 * ms / all).toFixed(1)} %`,
    (count / steps).toFixed(0),
  ];
  return [
    "",
    ...alignColumns([
      ["kernel", "ms", "share", "times"],
      ...byKernel.map((total) => [total.run.kernel, ...numbers(total)]),
      ["all", (all / steps).toFixed(2), "100.0 %", (runs.length / steps).toFixed(0)],
    ]),
    "",
    ...alignColumns([
      [`the ${Math.min(most, byNode.length)} slowest`, "ms", "share", "times", "kernel", "output"],
      ...byNode.slice(0, most).map((total) => [
        total.run.node,
        ...numbers(total),
        total.run.kernel,
        formatShape(total.run),
      ]),
    ]),
    "",
  ];
}

/** Formats a table of what the kernels of a step hold, besides the weights, when they hold the most. */
export function showMemory(allocations: readonly Allocation[]): string[] {
  const { bytes, held } = peakOf(allocations);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const largest = held.slice(0, most);
  return [
    ...alignColumns([
      [`at the peak of ${megabytes(bytes)} MB`, "MB", "kernel", "output"],
      ...largest.map(({ run, bytes }) => [run.node, megabytes(bytes), run.kernel, formatShape(run)]),
      [`and ${held.length - largest.length} more`, megabytes(bytes - sum(largest.map(({ bytes }) => bytes))), "", ""],
    ]),
    "",
  ];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const formatShape = ({ shape }: NodeRun) => shape ? `[${shape.join(", ")}]` : "";

/** Sums runs by key, the largest sum first. */
function totals(runs: readonly NodeRun[], key: (run: NodeRun) => string): Total[] {
  const found = new Map<string, Total>();
  for (const run of runs) {
    const total = found.get(key(run)) ?? { ms: 0, count: 0, run };
    total.ms += run.ms;
    total.count++;
    found.set(key(run), total);
  }
  return [...found.values()].sort((a, b) => b.ms - a.ms);
}
