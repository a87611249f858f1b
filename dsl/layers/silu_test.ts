import { silu } from "./silu.ts";
import { assertTensor, forward, waves } from "../testing.ts";

Deno.test("silu: x · σ(x), of any shape", () => {
  const expected = [0.5879988, 0.6481985, 0.0755305, -0.241678]; // PyTorch 2.13: F.silu
  assertTensor(forward(silu(), waves(1, 4)).output, [1, 4], expected);
  assertTensor(forward(silu(), waves(1, 2, 1, 2)).output, [1, 2, 1, 2], expected);
});
