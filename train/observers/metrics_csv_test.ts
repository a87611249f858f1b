import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import type { TrainState } from "../state.ts";
import { metricsCsv } from "./metrics_csv.ts";
import { watch } from "./watch.ts";

Deno.test(
  "metricsCsv: each step's own loss, rate and norm, each validation's loss, and films a second",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("metrics.csv"), { tell } = watch([metricsCsv(path)]);
    const progress = { epoch: 1, step: 7, schedule: { learningRate: 0.5 }, best: null };
    const state: TrainState = { tensors: { weights: {}, slots: {} }, progress };
    const step = { epoch: 2, step: 7, batch: 3, loss: 0.5, meanLoss: 0.75, learningRate: 0.25, gradientNorm: 3 };
    await tell("step", { ...step, examples: 8, examplesSoFar: 24, seconds: 0.5 }, state);
    await tell("validated", { epoch: 2, loss: 0.625, examples: 30, seconds: 1.5 }, state);
    assertEquals(Deno.readTextFileSync(path).trim().split("\n").slice(1), [
      "2,7,train,0.5,0.25,3,16",
      "2,7,val,0.625,,,20",
    ]);
  },
);
