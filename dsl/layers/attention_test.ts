import { assertEquals, assertThrows } from "@std/assert";
import { attention } from "./attention.ts";
import { compile } from "../compile/compile.ts";
import { ShapeError } from "../errors.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { layerScale } from "./layer_scale.ts";
import { stack } from "../combinators/stack.ts";
import { summary } from "../compile/summary.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward, waveWeights } from "../testing.ts";

Deno.test("attention: PyTorch's, with the projections", () => {
  // PyTorch in float64, as in timm's attention of waves([1, 3, 4]) with waves for each parameter
  assertTensor(
    forward(attention({ heads: 2 }), waves([1, 3, 4])).output,
    [1, 3, 4],
    golden.attention.bias,
  );
  assertTensor(
    forward(attention({ heads: 2, bias: false }), waves([1, 3, 4])).output,
    [1, 3, 4],
    golden.attention.noBias,
  );
});

Deno.test("attention: its parameters, and its multiply-adds with the two products of the tokens", () => {
  const model = compile(attention({ heads: 3 }), { input: [197, 192] });
  assertEquals(model.parameters.map(({ path, shape }) => [path, shape]), [
    ["qkv/kernel", [192, 576]],
    ["qkv/bias", [576]],
    ["proj/kernel", [192, 192]],
    ["proj/bias", [192]],
  ]);
  const [{ multiplyAdds, details }] = summary(model);
  assertEquals([multiplyAdds, details], [197 * 192 * 576 + 2 * 197 * 197 * 192 + 197 * 192 * 192, "3 heads"]);
});

Deno.test("attention: an image and heads that do not divide the channels are refused", () => {
  assertEquals(
    assertThrows(() => compile(attention({ heads: 3 }), { input: [14, 14, 192] }), ShapeError).message,
    "attention: expected tokens [T, C], got [14, 14, 192] from the input. Put tokens() before it.",
  );
  assertEquals(
    assertThrows(() => compile(attention({ heads: 5 }), { input: [197, 192] }), ShapeError).message,
    "attention: expected channels in 5 equal heads, got [197, 192] from the input. Let heads divide the channels.",
  );
});

Deno.test("attention: takes in the layer scale after it for inference, with biases or without", () => {
  for (const bias of [true, false]) {
    const model = compile(stack([attention({ heads: 2, bias }), layerScale()]), { input: [3, 4] });
    const weights = waveWeights(model), x = waves([2, 3, 4]);
    const { output } = model.apply(weights, x, { training: false });
    const inference = model.forInference(weights);
    assertEquals(Object.keys(inference.weights).sort(), ["0/proj/bias", "0/proj/kernel", "0/qkv/bias", "0/qkv/kernel"]);
    assertTensor(inference.apply(inference.weights, x), [2, 3, 4], [...output.dataSync()], 1e-5);
  }
});
