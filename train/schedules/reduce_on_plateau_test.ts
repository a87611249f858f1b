import { assertEquals } from "@std/assert";
import { reduceOnPlateau } from "./reduce_on_plateau.ts";
import { advanceSchedule, beginSchedule } from "./schedules.ts";

/** The learning rates after each of some validation losses, from 1. */
function ratesOf(losses: readonly number[], schedule = reduceOnPlateau()): number[] {
  let state = beginSchedule(schedule, 1);
  return losses.map((validationLoss, i) =>
    (state = advanceSchedule(schedule, state, { epoch: i + 1, validationLoss })).learningRate
  );
}

// torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=3), lr 1, fed with these losses
Deno.test("reduceOnPlateau: the learning rates of PyTorch's scheduler, threshold and patience included", () => {
  const losses = [1, 0.99995, 0.9999, 0.99985, 0.99991, 0.9, 0.95, 0.91, 0.9, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98];
  assertEquals(ratesOf(losses), [1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]);
});

Deno.test("reduceOnPlateau: losses that fall by less than a ten-thousandth of the best are no improvement", () => {
  assertEquals(ratesOf([1, 0.99998, 0.99996, 0.99994, 0.99992]), [1, 1, 1, 1, 0.5]);
  assertEquals(ratesOf([1, 0.99989, 0.99978, 0.99967, 0.99956]), [1, 1, 1, 1, 1]);
});

Deno.test("reduceOnPlateau: a factor, patience and threshold of one's own", () => {
  const schedule = reduceOnPlateau({ factor: 0.1, patience: 0, threshold: 0.5 });
  assertEquals(ratesOf([1, 0.6, 0.4, 0.3], schedule), [1, 0.1, 0.1, 0.010000000000000002]);
});
