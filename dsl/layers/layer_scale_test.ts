import { assertEquals } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { dense } from "./dense.ts";
import { constant } from "../initializers.ts";
import { layerScale } from "./layer_scale.ts";
import { stack } from "../combinators/stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward, waveWeights } from "../testing.ts";

Deno.test("layerScale: each channel times its scale, which starts small", () => {
  const sin = Math.sin;
  assertTensor(forward(layerScale(), waves([1, 2, 2])).output, [1, 2, 2], [
    sin(1) * sin(1),
    sin(2) * sin(2),
    sin(3) * sin(1),
    sin(4) * sin(2),
  ]);
  assertEquals([...compile(layerScale(), { input: [5, 2] }).init(0).scale.dataSync()], [1e-5, 1e-5].map(Math.fround));
  assertEquals(compile(layerScale({ init: constant(1) }), { input: [1] }).init(0).scale.dataSync()[0], 1);
});

Deno.test("layerScale: for inference it is folded into the dense layer before it", () => {
  const model = compile(stack([dense(3), layerScale()]), { input: [4, 2] });
  const weights = waveWeights(model), x = waves([2, 4, 2]);
  const { output } = model.apply(weights, x, { training: false });
  const inference = model.forInference(weights);
  assertEquals(Object.keys(inference.weights), ["0/kernel", "0/bias"]);
  assertTensor(inference.apply(inference.weights, x), [2, 4, 3], [...output.dataSync()]);
});
