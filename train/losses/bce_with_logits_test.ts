import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { bceWithLogits, sigmoidCrossEntropy } from "./bce_with_logits.ts";
import { meanLoss } from "./mean_loss.ts";

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

Deno.test("sigmoidCrossEntropy: one mean for each film, by the formula of probabilities", () => {
  const logits = [[0.3, -1.2], [2, 0]], targets = [[1, 0], [0, 1]];
  const expected = logits.map((row, i) =>
    row.reduce((sum, logit, j) => sum - Math.log(targets[i][j] ? sigmoid(logit) : 1 - sigmoid(logit)), 0) / 2
  );
  const losses = sigmoidCrossEntropy(tf.tensor2d(logits), tf.tensor2d(targets)).dataSync();
  expected.forEach((loss, i) => assertAlmostEquals(losses[i], loss, 1e-6));
});

Deno.test("sigmoidCrossEntropy: large logits cost what they are off by, and nothing where they are right", () => {
  const losses = sigmoidCrossEntropy(tf.tensor2d([[1000], [-1000], [1000]]), tf.tensor2d([[0], [1], [1]]));
  assertEquals([...losses.dataSync()], [1000, 1000, 0]);
});

Deno.test("meanLoss: the mean of the batches' means, a short last batch included", () => {
  const logits = Float32Array.of(0, Math.log(4), -Math.log(9)), targets = Uint8Array.of(1, 0, 0); // p: 0.5, 0.8, 0.1
  const first = (Math.LN2 - Math.log(0.2)) / 2, second = -Math.log(0.9);
  assertAlmostEquals(
    meanLoss(bceWithLogits(), logits, targets, { batchSize: 2, classes: 1 }),
    (first + second) / 2,
    1e-7,
  );
});

Deno.test("meanLoss: a certain mistake costs what its logit is off by, as in training, and not infinity or 100", () => {
  const logits = [-1000, 1000, 1000, 50, 45], targets = [1, 0, 1, 1, 0];
  const loss = meanLoss(bceWithLogits(), Float32Array.from(logits), Uint8Array.from(targets), {
    batchSize: 1,
    classes: 5,
  });
  assertAlmostEquals(loss, (1000 + 1000 + 0 + 0 + 45) / 5, 1e-12);
  assertAlmostEquals(loss, sigmoidCrossEntropy(tf.tensor2d([logits]), tf.tensor2d([targets])).dataSync()[0], 1e-4);
});
