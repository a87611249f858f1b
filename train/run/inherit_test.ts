import { assertEquals } from "@std/assert";
import { digestOf } from "../../lineage/digest.ts";
import { recordGeneration } from "../../lineage/generation.ts";
import { recognize } from "../../lineage/recognize.ts";
import { inheritSplit, renewSplit } from "./inherit.ts";

/** Films `1a`, `1b` … of the patients that their names begin with. */
const films = (...names: readonly string[]) =>
  names.map((name) => ({ name, patient: name[0], digest: digestOf([name]), pixels: digestOf(["pixels", name]) }));
const cohort = (...names: readonly string[]) => ({ kind: "nih", synthetic: false, films: films(...names) });

const trained = recordGeneration(cohort("1a", "2a", "3a", "4a"), { train: [0, 1], val: [2], test: [3] });

Deno.test("inheritSplit: films stay, new ones join their patient, new patients are drawn", () => {
  const now = cohort("1a", "2a", "3a", "4a", "4b", "3b", "1b", "5a", "6a");
  const drawn = { train: [0, 1, 2, 7], val: [3, 4], test: [5, 6, 8] };
  const { split, ...counts } = inheritSplit(drawn, recognize([trained], now));
  assertEquals(split, { train: [0, 1, 6, 7], val: [2, 5], test: [3, 4, 8] });
  assertEquals(counts, { kept: 4, joined: 3, drawn: 2, moved: 0 });
});

Deno.test("inheritSplit: a patient whom ancestors had in several splits goes where most was seen, undivided", () => {
  // patients of the two trainings could not be compared, so the second drew patient 1, whom the first saw, for its test
  const second = recordGeneration(cohort("1b", "2b", "3b", "4b"), { train: [3], val: [1], test: [0, 2] });
  const now = cohort("1a", "2a", "3a", "4a", "1b", "2b", "3b", "4b");
  const { split, ...counts } = inheritSplit({ train: [], val: [], test: [] }, recognize([second, trained], now));
  assertEquals(split, { train: [0, 1, 3, 4, 5, 7], val: [2, 6], test: [] });
  assertEquals(counts, { kept: 4, joined: 0, drawn: 0, moved: 4 });
});

Deno.test("inheritSplit: films on no list are in no split, and are not counted as drawn", () => {
  const now = cohort("1a", "2a", "3a", "4a", "5a");
  const { split, drawn } = inheritSplit({ train: [0, 1], val: [2], test: [3] }, recognize([trained], now));
  assertEquals([split.train.length + split.val.length + split.test.length, drawn], [4, 0]);
});

Deno.test("renewSplit: patients whom the weights saw leave the test, with all of their films", () => {
  const now = cohort("1a", "1b", "3a", "4a", "5a");
  const { split, moved } = renewSplit({ train: [4], val: [], test: [0, 1, 2, 3] }, recognize([trained], now));
  assertEquals([split, moved], [{ train: [0, 1, 2, 4], val: [], test: [3] }, 3]);
});
