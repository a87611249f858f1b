import { sigmoid } from "./sigmoid.ts";
import { assertTensor, forward, waves } from "../testing.ts";

Deno.test("sigmoid: its values lie between 0 and 1, of any shape", () => {
  const expected = [0.6987749, 0.7128564, 0.5352216, 0.3193409]; // PyTorch 2.13: torch.sigmoid
  assertTensor(forward(sigmoid(), waves(1, 4)).output, [1, 4], expected);
  assertTensor(forward(sigmoid(), waves(1, 2, 1, 2)).output, [1, 2, 1, 2], expected);
});
