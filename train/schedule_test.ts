import { assertAlmostEquals, assertEquals } from "@std/assert";
import { clipThreshold, type Plateau, reduceOnPlateau } from "./schedule.ts";

Deno.test("clipThreshold: 1 through epoch 11, then a tenth more each, at most 5", () => {
  assertEquals([1, 11].map(clipThreshold), [1, 1]);
  assertAlmostEquals(clipThreshold(12), 1.1);
  assertAlmostEquals(clipThreshold(31), 3);
  assertEquals([51, 52, 400].map(clipThreshold), [5, 5, 5]);
});

// torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=3), lr 1, fed with these losses
Deno.test("reduceOnPlateau: the learning rates of PyTorch's scheduler, threshold and patience included", () => {
  const losses = [1, 0.99995, 0.9999, 0.99985, 0.99991, 0.9, 0.95, 0.91, 0.9, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98];
  let state: Plateau = { learningRate: 1, best: null, badEpochs: 0 };
  const rates = losses.map((loss) => (state = reduceOnPlateau(state, loss)).learningRate);
  assertEquals(rates, [1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]);
});
