import { assertEquals } from "@std/assert";
import { batchNorm } from "./batch_norm.ts";
import { compile } from "../compile/compile.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { summary } from "../compile/summary.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

// Expected values, made by ../golden/make_expected.py: F.batch_norm's (momentum 0.3) in float64; all four
// vectors start as sin 1, sin 2.
const { training, inference } = golden.batchNorm;
const spec = batchNorm({ momentum: 0.3 });

Deno.test("batchNorm: training goes by the batch, and the new running variance is unbiased", () => {
  const { output, state } = forward(spec, waves([2, 1, 3, 2]), { training: true });
  assertTensor(output, [2, 1, 3, 2], training.y);
  assertEquals(Object.keys(state), ["mean", "variance"]);
  assertTensor(state.mean, [2], training.mean);
  assertTensor(state.variance, [2], training.variance);
});

Deno.test("batchNorm: inference goes by the running statistics and changes none", () => {
  const { output, state } = forward(spec, waves([2, 1, 3, 2]));
  assertTensor(output, [2, 1, 3, 2], inference.y);
  assertEquals(state, {});
});

Deno.test("batchNorm: its statistics are not trainable, and start as those of unit noise", () => {
  const model = compile(batchNorm(), { input: [4, 4, 3] });
  assertEquals(model.parameters.map(({ path, trainable }) => [path, trainable]), [
    ["scale", true],
    ["offset", true],
    ["mean", false],
    ["variance", false],
  ]);
  const { scale, offset, mean, variance } = model.init(0);
  assertTensor(scale, [3], [1, 1, 1], 0);
  assertTensor(offset, [3], [0, 0, 0], 0);
  assertTensor(mean, [3], [0, 0, 0], 0);
  assertTensor(variance, [3], [1, 1, 1], 0);
  assertEquals(summary(model)[0].parameters, 6);
});
