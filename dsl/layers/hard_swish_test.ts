import { hardSwish } from "./hard_swish.ts";
import { assertTensor, forward, waves } from "../testing.ts";

Deno.test("hardSwish: x · (x / 6 + 1/2) within ±3, of any shape", () => {
  const expected = [0.5387477, 0.5924523, 0.0738791, -0.2829429]; // PyTorch 2.13: F.hardswish
  assertTensor(forward(hardSwish(), waves(1, 4)).output, [1, 4], expected);
  assertTensor(forward(hardSwish(), waves(1, 2, 1, 2)).output, [1, 2, 1, 2], expected);
});
