import { assert } from "@std/assert";
import { gelu, hardSigmoid, hardSwish, identity, relu, sigmoid, silu } from "./activations.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";
import * as tf from "@tensorflow/tfjs-core";

/** Outputs for sin(1), sin(2), sin(3), sin(4) in float64: F.relu, torch.sigmoid, F.silu, F.hardsigmoid, F.hardswish. */
const expected = {
  "relu: what is negative is zero": [relu(), golden.activations.relu],
  "sigmoid: its values lie between 0 and 1": [sigmoid(), golden.activations.sigmoid],
  "silu: x · σ(x)": [silu(), golden.activations.silu],
  "hardSigmoid: x / 6 + 1/2 within ±3": [hardSigmoid(), golden.activations.hardSigmoid],
  "hardSwish: x · (x / 6 + 1/2) within ±3": [hardSwish(), golden.activations.hardSwish],
} as const;

for (const [name, [spec, values]] of Object.entries(expected)) {
  Deno.test(`${name}, of any shape`, () => {
    assertTensor(forward(spec, waves([1, 4])).output, [1, 4], values);
    assertTensor(forward(spec, waves([1, 2, 1, 2])).output, [1, 2, 1, 2], values);
  });
}

Deno.test("gelu: x · Φ(x), by the error function", () => {
  assertTensor(forward(gelu(), tf.tensor2d([[-1.5, 0, 2]])).output, [1, 3], golden.activations.gelu);
});

Deno.test("identity: gives back the very tensor", () => {
  const x = waves([1, 5]);
  assert(forward(identity(), x).output === x);
});
