import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Dataset } from "../data/dataset.ts";
import { nihLabels } from "../data/labels.ts";
import { type SamplerName, samplerNames } from "../data/sampling/samplers.ts";
import { UserError } from "../errors.ts";
import { sampler } from "./samplers/samplers.ts";
import { describeUnlabeled, epochOrder } from "./training.ts";

/** Films of the given labels, all of them to train on. */
function training(labels: readonly string[], films: readonly (readonly number[])[]) {
  const dataset: Dataset = {
    kind: "nih",
    name: "films",
    synthetic: false,
    labels,
    namesPatients: true,
    notes: [],
    identify: () => ({}),
    films: films.map((labels, film) => ({ image: `${film}.png`, patient: `${film}`, labels })),
    job: () => {
      throw new Error("nothing is decoded here");
    },
  };
  return { dataset, split: { train: [...films.keys()], val: [], test: [] } };
}
/** One epoch's order under a sampler of Thorax's own. */
const orderOf = (name: SamplerName, films: ReturnType<typeof training>, epoch: number) =>
  epochOrder({ ...films, recipe: { sampler: sampler(name) }, seed: 42 }, epoch);

/** Every third film is normal; the others have one finding of 13, now and then two. */
const marked = Array.from(
  { length: 200 },
  (_, i) => i % 3 === 0 ? [] : i % 7 === 0 ? [i % 6, 6 + i % 7] : [i % 13],
);

Deno.test("epochOrder: NIH's films come in the same order with No Finding as a label and without", () => {
  const fifteen = training(nihLabels, marked.map((its) => its.length === 0 ? [14] : its));
  const fourteen = training(nihLabels.slice(0, 14), marked);
  for (const name of samplerNames) {
    const order = orderOf(name, fourteen, 2);
    assertEquals(order, orderOf(name, fifteen, 2), name);
    assert(`${order}` !== `${orderOf(name, fourteen, 3)}`, name);
  }
  const order = orderOf("binary", fourteen, 1);
  assertEquals([order.length, order.filter((film) => film % 3 === 0).length], [134, 67]); // 67 of 200 are normal
});

Deno.test("epochOrder: where normal films are not known, those without a label come with original alone", () => {
  const some = training(["Mass", "Nodule"], [[], [0], [1], [], [0, 1]]);
  assertEquals(orderOf("original", some, 1).toSorted(), [0, 1, 2, 3, 4]);
  for (const name of ["balanced", "rare-first"] as const) {
    assertEquals(new Set(orderOf(name, some, 1)), new Set([1, 2, 4]), name);
  }
  const error = assertThrows(() => orderOf("binary", some, 1), UserError);
  assertEquals(
    error.message,
    "binary sampling needs to know which films are normal: there is no label No Finding, and the labels are not " +
      "NIH's 14. Choose another --split-type",
  );
});

Deno.test("epochOrder: an epoch of no film at all is refused", () => {
  for (
    const [name, films] of [
      ["balanced", training(["Mass"], [[], []])],
      ["rare-first", training(["Mass", "No Finding"], [[1], [1]])],
    ] as const
  ) {
    assertEquals(
      assertThrows(() => orderOf(name, films, 1), UserError).message,
      `${name} sampling finds no training film with a finding. Choose another --split-type`,
    );
  }
});

Deno.test("describeUnlabeled: what films without a label are taken for, and whether they are shown", () => {
  const say = (labels: readonly string[], name: SamplerName = "original") =>
    describeUnlabeled({ sampler: sampler(name) }, training(labels, [[], [0], []]).dataset);
  assertEquals(say(nihLabels.slice(0, 14)), "films without a label: 2 of 3, taken as normal (no finding marked)");
  assertEquals(say(["Mass"]), "films without a label: 2 of 3, taken as neither normal nor abnormal");
  assertEquals(
    say(["Mass"], "balanced"),
    "films without a label: 2 of 3, taken as neither normal nor abnormal; balanced never shows them",
  );
  assertEquals(
    describeUnlabeled({ sampler: sampler("original") }, training(nihLabels, [[0], [14]]).dataset),
    undefined,
  );
});
