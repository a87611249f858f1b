import { assert } from "@std/assert";
import { gelu, hardSigmoid, hardSwish, identity, relu, sigmoid, silu } from "./activations.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";
import * as tf from "@tensorflow/tfjs-core";

const { sin } = Math;

/** Outputs for sin(1), sin(2), sin(3), sin(4), by PyTorch 2.13: torch.sigmoid, F.silu, F.hardsigmoid, F.hardswish. */
const expected = {
  "relu: what is negative is zero": [relu(), [sin(1), sin(2), sin(3), 0]],
  "sigmoid: its values lie between 0 and 1": [sigmoid(), [0.6987749, 0.7128564, 0.5352216, 0.3193409]],
  "silu: x · σ(x)": [silu(), [0.5879988, 0.6481985, 0.0755305, -0.241678]],
  "hardSigmoid: x / 6 + 1/2 within ±3": [hardSigmoid(), [0.6402452, 0.6515496, 0.52352, 0.3738663]],
  "hardSwish: x · (x / 6 + 1/2) within ±3": [hardSwish(), [0.5387477, 0.5924523, 0.0738791, -0.2829429]],
} as const;

for (const [name, [spec, values]] of Object.entries(expected)) {
  Deno.test(`${name}, of any shape`, () => {
    assertTensor(forward(spec, waves([1, 4])).output, [1, 4], [...values]);
    assertTensor(forward(spec, waves([1, 2, 1, 2])).output, [1, 2, 1, 2], [...values]);
  });
}

Deno.test("gelu: x · Φ(x), by the error function", () => {
  // PyTorch 2.13: F.gelu
  assertTensor(forward(gelu(), tf.tensor2d([[-1.5, 0, 2]])).output, [1, 3], [-0.1002108, 0, 1.9544997]);
});

Deno.test("identity: gives back the very tensor", () => {
  const x = waves([1, 5]);
  assert(forward(identity(), x).output === x);
});
