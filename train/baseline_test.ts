import { assertAlmostEquals, assertEquals } from "@std/assert";
import { tinyTraining } from "../tests/tiny_training.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { needs } from "../tests/needs.ts";
import { epochOrder } from "./training.ts";
import { bceWithLogits } from "./losses/bce_with_logits.ts";
import { sampler } from "./samplers/samplers.ts";
import { describeShares, lossNote, shareLoss } from "./baseline.ts";

Deno.test("shareLoss: the mean of the batches' means of the training shares' cross-entropy", () => {
  const train = [[0], [0, 1], [], []]; // shares of 1/2 and 1/4
  const film = (first: number, second: number) => -(Math.log(first) + Math.log(second)) / 2;
  const loss = shareLoss(train, [[0], [1], []], { loss: bceWithLogits(), classes: 2, batchSize: 2 });
  assertAlmostEquals(loss, ((film(0.5, 0.75) + film(0.5, 0.25)) / 2 + film(0.5, 0.75)) / 2, 1e-12);
});

Deno.test("shareLoss: a label that no training film has, or each, stands half a film away from certainty", () => {
  const train = [[0], [0], [0], [0]]; // 1 and 0, as 7/8 and 1/8
  const batch = { loss: bceWithLogits(), classes: 2, batchSize: 8 };
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
    const under = (name: "original" | "balanced") => ({
      ...training,
      recipe: { ...training.recipe, sampler: sampler(name) },
    });
    const note = (loss: number, name: "original" | "balanced" = "original") =>
      lossNote(under(name), { epoch: 1, loss });
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

Deno.test(
  "describeShares: the losses of constants, of the training films' shares and of those that the sampler draws",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path);
    // of 12 films to train on eight show a mass, three a nodule, one both; of 6 to validate two are of each label
    const labels = (film: number) => film < 8 ? [0] : film < 11 ? [1] : film < 12 ? [0, 1] : [film % 3];
    const dataset = {
      ...training.dataset,
      films: training.dataset.films.map((film, i) => ({ ...film, labels: labels(i) })),
    };
    const under = (name: "original" | "balanced") => {
      const recipe = { ...training.recipe, sampler: sampler(name) };
      return { ...training, dataset, batchSize: 6, recipe };
    };
    const lines = (name: "original" | "balanced") => describeShares(under(name));
    const nearlyNone = 1 / 24;
    const loss = (shares: number[], rates: number[]) => {
      const terms = [...shares, nearlyNone].map((share, i) =>
        rates[i] * Math.log(share) + (1 - rates[i]) * Math.log(1 - share)
      );
      return (-terms.reduce((sum, term) => sum + term) / 3).toFixed(4);
    };
    const own = [9 / 12, 4 / 12], held = [1 / 3, 1 / 3, 1 / 3];
    assertEquals(lines("original"), [
      `Predicting the training shares alone: loss ${loss(own, [...own, 0])}, val loss ${loss(own, held)}`,
    ]);
    const drawn = epochOrder(under("balanced"), 1).flatMap(labels);
    const shares = [0, 1].map((label) => drawn.filter((other) => other === label).length / 12);
    assertEquals([shares[0] < own[0], shares[1] > own[1]], [true, true]);
    assertEquals(lines("balanced"), [
      `Predicting the training shares alone: val loss ${loss(own, held)}`,
      `Predicting the shares that balanced draws alone: loss ${loss(shares, [...shares, 0])}, val loss ${
        loss(shares, held)
      }`,
    ]);
  },
);
