import { relu } from "./relu.ts";
import { assertTensor, forward, waves } from "../testing.ts";

Deno.test("relu: what is negative is zero, of any shape", () => {
  const sin = Math.sin;
  assertTensor(forward(relu(), waves(1, 5)).output, [1, 5], [sin(1), sin(2), sin(3), 0, 0]);
  assertTensor(forward(relu(), waves(1, 2, 1, 2)).output, [1, 2, 1, 2], [sin(1), sin(2), sin(3), 0]);
});
