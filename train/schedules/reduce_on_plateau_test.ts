import { assertEquals } from "@std/assert";
import golden from "../golden/expected.json" with { type: "json" };
import { reduceOnPlateau } from "./reduce_on_plateau.ts";
import { advanceSchedule, beginSchedule } from "./schedules.ts";

/** The learning rates after each of some validation losses, from 1. */
function ratesOf(losses: readonly number[], schedule = reduceOnPlateau()): number[] {
  let state = beginSchedule(schedule, 1);
  return losses.map((validationLoss, i) =>
    (state = advanceSchedule(schedule, state, { epoch: i + 1, validationLoss })).learningRate
  );
}

// Made by ../golden/make_expected.py: PyTorch's ReduceLROnPlateau(optimizer, factor=0.5, patience=3), or with the
// test's own options, from the learning rate 1.
const { reduceOnPlateau: rates } = golden;

Deno.test("reduceOnPlateau: the learning rates of PyTorch's scheduler, threshold and patience included", () => {
  const losses = [1, 0.99995, 0.9999, 0.99985, 0.99991, 0.9, 0.95, 0.91, 0.9, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98];
  assertEquals(ratesOf(losses), rates.defaults);
});

Deno.test("reduceOnPlateau: losses that fall by less than a ten-thousandth of the best are no improvement", () => {
  assertEquals(ratesOf([1, 0.99998, 0.99996, 0.99994, 0.99992]), rates["small falls"]);
  assertEquals(ratesOf([1, 0.99989, 0.99978, 0.99967, 0.99956]), rates["larger falls"]);
});

Deno.test("reduceOnPlateau: a factor, patience and threshold of one's own", () => {
  const schedule = reduceOnPlateau({ factor: 0.1, patience: 0, threshold: 0.5 });
  assertEquals(ratesOf([1, 0.6, 0.4, 0.3], schedule), rates.custom);
});
