import { assertEquals } from "@std/assert";
import type { SplitName } from "../lineage/cohort.ts";
import { chooseTestFilms, type TestFilmsOptions, type TestSplit } from "./choose_films.ts";

/** Chooses of films whose splits in the training of the model are given. */
function choose(wanted: TestSplit, splits: readonly (SplitName | undefined)[], options: Partial<TestFilmsOptions>) {
  const films = splits.map((split) => ({ split, seen: false, patientSeen: false, sameName: false }));
  return chooseTestFilms(wanted, { films }, { recorded: true, held: { films: 0, gone: 0 }, ...options });
}

const strangers = [undefined, undefined, undefined, undefined];

Deno.test("chooseTestFilms: the recorded split, and what is missing or new", () => {
  const splits = ["train", "test", "val", "test", undefined] as const;
  assertEquals(choose("test", splits, { held: { films: 5, gone: 2 }, officialTest: [0] }), {
    split: "test",
    films: [1, 3],
    notes: [
      "2 of the 5 recorded test films are not in the folder",
      "1 film of the folder is in no split of the recorded training",
    ],
  });
  assertEquals(choose("train", splits.slice(0, 4), { held: { films: 5, gone: 2 } }), {
    split: "train",
    films: [0],
    notes: [],
  });
  assertEquals(choose("all", splits, {}), { split: "all", films: [0, 1, 2, 3, 4], notes: [] });
});

Deno.test("chooseTestFilms: without a record the folder's own test list, else all films", () => {
  assertEquals(choose("test", strangers, { recorded: false, officialTest: [1, 3] }), {
    split: "test",
    films: [1, 3],
    notes: ["The checkpoint records no films: the test list of the folder is taken"],
  });
  assertEquals(choose("test", strangers, { recorded: false }), {
    split: "all",
    films: [0, 1, 2, 3],
    notes: ["The checkpoint records no films: all 4 films are tested"],
  });
});

Deno.test("chooseTestFilms: a folder without any film of the training is tested whole, whatever its list", () => {
  assertEquals(choose("test", strangers, { officialTest: [1, 3] }), {
    split: "all",
    films: [0, 1, 2, 3],
    notes: [
      "No film of the folder is one of those that the model was trained, validated or tested on: all 4 films are tested",
    ],
  });
});
