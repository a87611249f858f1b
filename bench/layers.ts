/**
 * Trains a tfjs-layers model (28×28×1, batches of 32, Adam) eagerly and by `jit`, in turn. Prints milliseconds per step, their
 * ratio, and the largest relative difference between the losses.
 *
 *     deno run --config bench/deno.json -P=bench bench/layers.ts
 */
import * as tf from "@tensorflow/tfjs";
import { assertTraces, jit, openEngine } from "../runtime/mod.ts";
import { batch, network, stepOf } from "../tests/layers.ts";
import { median, speedRatio } from "./statistics.ts";

const rounds = 10, steps = 20;

/** Takes a round of steps; returns milliseconds and losses. */
async function round(step: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>) {
  const times: number[] = [], losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const [x, y] = batch(1 + i % 7), start = performance.now();
    const loss = await step(x, y);
    losses.push(loss.dataSync()[0]);
    times.push(performance.now() - start);
    tf.dispose([x, y, loss]);
  }
  return { times, losses };
}

await openEngine({ device: "cpu" });
const eager = stepOf(network()), traced = jit(stepOf(network()));
const runs: Record<"eagerly" | "jit", Awaited<ReturnType<typeof round>>[]> = { eagerly: [], jit: [] };
for (let i = 0; i <= rounds; i++) {
  runs.eagerly.push(await round((x, y) => tf.tidy(() => eager(x, y))));
  runs.jit.push(await round(traced));
}
assertTraces(traced, 1);
const losses = (run: typeof runs.jit) => run.flatMap(({ losses }) => losses);
const expected = losses(runs.eagerly);
const apart = Math.max(...losses(runs.jit).map((loss, i) => Math.abs(loss - expected[i]) / expected[i]));
const times = (run: typeof runs.jit) => run.slice(1).map(({ times }) => times); // the first round warms up
for (const [name, run] of Object.entries(runs)) {
  const all = times(run).flat();
  console.log(
    `${name.padEnd(8)}${Math.min(...all).toFixed(2)} ms at least, ${median(all).toFixed(2)} ms in the median`,
  );
}
console.log(`ratio   ${speedRatio(times(runs.eagerly), times(runs.jit)).toFixed(2)}; losses apart by ${apart}`);
