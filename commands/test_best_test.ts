import { assertAlmostEquals, assertEquals } from "@std/assert";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel } from "../tests/tiny.ts";
import { openTinyRun, trainTinyRun } from "../tests/tiny_run.ts";
import { rowsOf } from "../tests/tiny_training.ts";
import { meanLoss } from "../train/losses/mean_loss.ts";
import { adam } from "../train/optimizers/adam.ts";
import { documentRecipe } from "../train/recipe.ts";
import { compilePrediction } from "../evaluate/predict.ts";
import { loadWeights } from "../weights/checkpoint/model_weights.ts";
import { testBest } from "./test_best.ts";

/** Does some work with what it prints to standard output taken away. */
async function unprinted(work: () => Promise<void>): Promise<string> {
  const { log } = console, printed: unknown[] = [];
  console.log = (...values: unknown[]) => void printed.push(...values);
  try {
    await work();
    return printed.join("\n");
  } finally {
    console.log = log;
  }
}

Deno.test(
  "testBest: of a run whose best epoch is not its last it tests the best, and adds its loss to metrics.csv",
  needs("ffi", "env", "read", "run", "write"),
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    const recipe = { ...documentRecipe, optimizer: adam({ learningRate: 0.01 }) };
    await using run = await openTinyRun({ model: linearModel(), recipe, epochs: 3 });
    const turned = { ...run, batches: { ...run.batches, stream: turnedStream(run) } };
    const files = await trainTinyRun(turned, folder.path);
    const rows = () => rowsOf({ folder: files });
    const losses = rows().filter(([, , split]) => split === "val").map(([, , , loss]) => Number(loss));
    assertEquals(losses.indexOf(Math.min(...losses)), 0);

    const printed = await unprinted(() => testBest(run, files));
    assertEquals(/^Test Accuracy: \d+\.\d{3}\nDisease Recall: \d+\.\d{3}\n/.test(printed), true);
    const [epoch, step, split, loss, lr, norm] = rows().at(-1) ?? [];
    const steps = Math.ceil(run.split.train.length / 8);
    assertEquals([epoch, step, split, lr, norm], ["1", `${steps}`, "test", "", ""]);
    const [best, final] = await Promise.all([files.best, files.final].map(lossOf));
    assertAlmostEquals(Number(loss), best, 1e-6);
    assertEquals(Math.abs(best - final) > 1e-3, true);

    async function lossOf(path: string): Promise<number> {
      using prediction = compilePrediction(run.model, await loadWeights(path, run.model));
      const logits: number[] = [], targets: number[] = [];
      for await (const batch of run.batches.stream(run.split.test, { batchSize: 8 })) {
        logits.push(...await prediction.logits(batch.images));
        targets.push(...batch.targets);
      }
      return meanLoss(recipe.loss, Float32Array.from(logits), Uint8Array.from(targets), { batchSize: 8, classes: 3 });
    }
  },
);

/** The stream of a run in which validation films have their labels turned round: the first epoch is the best. */
function turnedStream({ batches, split }: Awaited<ReturnType<typeof openTinyRun>>): typeof batches.stream {
  const held = new Set(split.val);
  return async function* (order, options) {
    for await (const batch of batches.stream(order, options)) {
      yield held.has(batch.films[0]) ? { ...batch, targets: batch.targets.map((target) => 1 - target) } : batch;
    }
  };
}
