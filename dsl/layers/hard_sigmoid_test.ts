import { hardSigmoid } from "./hard_sigmoid.ts";
import { assertTensor, forward, waves } from "../testing.ts";

Deno.test("hardSigmoid: x / 6 + 1/2 within ±3, of any shape", () => {
  const expected = [0.6402452, 0.6515496, 0.52352, 0.3738663]; // PyTorch 2.13: F.hardsigmoid
  assertTensor(forward(hardSigmoid(), waves(1, 4)).output, [1, 4], expected);
  assertTensor(forward(hardSigmoid(), waves(1, 2, 1, 2)).output, [1, 2, 1, 2], expected);
});
