import { assertAlmostEquals, assertEquals } from "@std/assert";
import { tinyTraining } from "../tests/tiny.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { needs } from "../tests/needs.ts";
import { lossNote, shareLoss } from "./baseline.ts";

Deno.test("shareLoss: the mean of the batches' means of the training shares' cross-entropy", () => {
  const train = [[0], [0, 1], [], []]; // shares of 1/2 and 1/4
  const film = (first: number, second: number) => -(Math.log(first) + Math.log(second)) / 2;
  const loss = shareLoss(train, [[0], [1], []], { classes: 2, batchSize: 2 });
  assertAlmostEquals(loss, ((film(0.5, 0.75) + film(0.5, 0.25)) / 2 + film(0.5, 0.75)) / 2, 1e-12);
});

Deno.test("shareLoss: a label that no training film has, or each, stands half a film away from certainty", () => {
  const train = [[0], [0], [0], [0]]; // 1 and 0, as 7/8 and 1/8
  const batch = { classes: 2, batchSize: 8 };
  assertAlmostEquals(shareLoss(train, [[0]], batch), -Math.log(7 / 8), 1e-12);
  assertAlmostEquals(shareLoss(train, [[1]], batch), -Math.log(1 / 8), 1e-12);
});

Deno.test(
  "lossNote: says so where the best loss is above the constant's, and only there",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path); // of three labels, each film has one: shares of a third
    const constant = -(Math.log(1 / 3) + 2 * Math.log(2 / 3)) / 3;
    assertAlmostEquals(constant, 0.6365, 1e-4);
    const note = (loss: number, splitType: "original" | "balanced" = "original") =>
      lossNote({ ...training, options: { ...training.options, splitType } }, { epoch: 1, loss });
    assertEquals([lossNote(training, null), note(constant - 1e-9), note(0.1)], [undefined, undefined, undefined]);
    const line = (loss: string) =>
      `The best validation loss, ${loss}, is above 0.6365, which always answering each label's share of the training ` +
      "films gives: by this measure the model is worse than a constant";
    assertEquals([note(constant + 1e-6), note(6.9e15)], [line("0.6365"), line("6.9e+15")]);
    assertEquals(
      note(0.7, "balanced"),
      `${line("0.7000")}. --split-type balanced draws films in other shares, which raises it too`,
    );
  },
);
