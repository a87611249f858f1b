import { assertEquals } from "@std/assert";
import { batchNorm } from "./batch_norm.ts";
import { compile } from "../compile/compile.ts";
import { summary } from "../compile/summary.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

// Expected values: PyTorch 2.13, nn.BatchNorm2d(2, momentum=0.3) in float64; all four vectors start as sin 1, sin 2.
const spec = batchNorm({ momentum: 0.3 });

Deno.test("batchNorm: training goes by the batch, and the new running variance is unbiased", () => {
  const { output, state } = forward(spec, waves([2, 1, 3, 2]), { training: true });
  // deno-fmt-ignore
  assertTensor(output, [2, 1, 3, 2], [
    1.786222, 2.118828, 0.985191, -0.012176, -0.272991, 0.59842,
    1.575217, 2.221228, 1.295147, 0.259979, -0.31996, 0.269506,
  ]);
  assertEquals(Object.keys(state), ["mean", "variance"]);
  assertTensor(state.mean, [2], [0.593669, 0.6256]);
  assertTensor(state.variance, [2], [0.783882, 0.818453]);
});

Deno.test("batchNorm: inference goes by the running statistics and changes none", () => {
  const { output, state } = forward(spec, waves([2, 1, 3, 2]));
  // deno-fmt-ignore
  assertTensor(output, [2, 1, 3, 2], [
    0.841471, 0.909297, 0.199031, -0.679438, -0.810053, -0.224218,
    0.672241, 0.985641, 0.447621, -0.476537, -0.847723, -0.469435,
  ]);
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
