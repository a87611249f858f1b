import { assertAlmostEquals, assertEquals } from "@std/assert";
import { clipByGlobalNorm } from "./clip_by_global_norm.ts";
import { clippingFunctions } from "./clippings.ts";

const thresholdOf = (epoch: number, options?: Parameters<typeof clipByGlobalNorm>[0]) =>
  clippingFunctions(clipByGlobalNorm(options)).scalars({ step: 1, epoch }).maxNorm;

Deno.test("clipByGlobalNorm: 1 through epoch 11, then a tenth more each, at most 5", () => {
  assertEquals([1, 11].map((epoch) => thresholdOf(epoch)), [1, 1]);
  assertAlmostEquals(thresholdOf(12), 1.1);
  assertAlmostEquals(thresholdOf(31), 3);
  assertEquals([51, 52, 400].map((epoch) => thresholdOf(epoch)), [5, 5, 5]);
});

Deno.test("clipByGlobalNorm: a threshold of one's own, and how it grows", () => {
  const options = { maxNorm: 2, constantEpochs: 1, increase: 4, limit: 7 };
  assertEquals([1, 2, 3].map((epoch) => thresholdOf(epoch, options)), [2, 6, 7]);
  assertEquals([1, 99].map((epoch) => thresholdOf(epoch, { maxNorm: 10, increase: 0 })), [10, 10]);
});
