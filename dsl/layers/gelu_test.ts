import * as tf from "@tensorflow/tfjs-core";
import { gelu } from "./gelu.ts";
import { assertTensor, forward } from "../testing.ts";

Deno.test("gelu: x · Φ(x), by the error function", () => {
  // PyTorch 2.13: F.gelu
  assertTensor(forward(gelu(), tf.tensor2d([[-1.5, 0, 2]])).output, [1, 3], [-0.1002108, 0, 1.9544997]);
});
