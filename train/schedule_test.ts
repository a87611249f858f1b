import { assertAlmostEquals, assertEquals } from "@std/assert";
import { clipThreshold, hasRunOut, type Plateau, reduceOnPlateau } from "./schedule.ts";

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

Deno.test("reduceOnPlateau: losses that fall by less than a ten-thousandth of the best are no improvement", () => {
  const ratesOf = (losses: readonly number[]) => {
    let state: Plateau = { learningRate: 1, best: null, badEpochs: 0 };
    return losses.map((loss) => (state = reduceOnPlateau(state, loss)).learningRate);
  };
  assertEquals(ratesOf([1, 0.99998, 0.99996, 0.99994, 0.99992]), [1, 1, 1, 1, 0.5]);
  assertEquals(ratesOf([1, 0.99989, 0.99978, 0.99967, 0.99956]), [1, 1, 1, 1, 1]);
});

Deno.test("hasRunOut: only of rates that the schedule has lowered, and only once all are below 1e-6", () => {
  const at = (learningRate: number) => ({ learningRate, best: null, badEpochs: 0 });
  assertEquals([hasRunOut(at(5e-7), 5e-7), hasRunOut(at(2.5e-7), 5e-7)], [false, true]);
  assertEquals([hasRunOut(at(1e-6), 2e-6), hasRunOut(at(0.999e-6), 1.998e-6)], [false, true]);
  assertEquals([hasRunOut(at(5e-7), 1e-6, 2), hasRunOut(at(5e-7), 1e-6, 1.99)], [false, true]);
});
