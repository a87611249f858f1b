import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import type { SplitName } from "../../lineage/cohort.ts";
import { splitByLists } from "./listed_split.ts";

const films = Array.from({ length: 8 }, (_, i) => ({ image: `${i}.png`, patient: `${i}`, labels: [0] }));
const list = (file: string, parts: readonly SplitName[], ...its: number[]) => ({ file, parts, films: new Set(its) });
const train = (...its: number[]) => list("train_list.txt", ["train"], ...its);
const val = (...its: number[]) => list("val_list.txt", ["val"], ...its);
const test = (...its: number[]) => list("test_list.txt", ["test"], ...its);
const trainVal = (...its: number[]) => list("train_val_list.txt", ["train", "val"], ...its);
const of = (...lists: ReturnType<typeof list>[]) => splitByLists(films, lists, "DIR");
const none = { unlisted: { films: [], parts: [] }, unassigned: [] };

Deno.test("splitByLists: all three are given, and what they leave out is in no split", () => {
  assertEquals(of(train(0, 1, 2), val(3), test(4, 5)), {
    ...none,
    given: { train: [0, 1, 2], val: [3], test: [4, 5] },
    drawn: [],
    unassigned: [6, 7],
  });
});

Deno.test("splitByLists: test and train_val, as published", () => {
  const { given, drawn, unassigned } = of(trainVal(0, 1, 2, 3), test(4, 5));
  assertEquals({ given, drawn, unassigned }, { given: { test: [4, 5] }, drawn: [0, 1, 2, 3], unassigned: [6, 7] });
});

Deno.test("splitByLists: what no list is for gets the rest", () => {
  const unlisted = (parts: readonly SplitName[], ...its: number[]) => ({ ...none, unlisted: { films: its, parts } });
  assertEquals(of(test(4, 5)), {
    ...unlisted(["train", "val"], 0, 1, 2, 3, 6, 7),
    given: { test: [4, 5] },
    drawn: [0, 1, 2, 3, 6, 7],
  });
  assertEquals(of(trainVal(0, 1)), {
    ...unlisted(["test"], 2, 3, 4, 5, 6, 7),
    given: { test: [2, 3, 4, 5, 6, 7] },
    drawn: [0, 1],
  });
  assertEquals(of(val(0), test(1)), {
    ...unlisted(["train"], 2, 3, 4, 5, 6, 7),
    given: { train: [2, 3, 4, 5, 6, 7], val: [0], test: [1] },
    drawn: [],
  });
  assertEquals(of(train(0), val(1)), {
    ...unlisted(["test"], 2, 3, 4, 5, 6, 7),
    given: { train: [0], val: [1], test: [2, 3, 4, 5, 6, 7] },
    drawn: [],
  });
  assertEquals(of(val(0)), {
    ...unlisted(["train", "test"], 1, 2, 3, 4, 5, 6, 7),
    given: { val: [0] },
    drawn: [1, 2, 3, 4, 5, 6, 7],
  });
});

Deno.test("splitByLists: of a train_val list, what has a list of its own is taken first", () => {
  assertEquals(of(trainVal(0, 1, 2, 3), val(3), test(4, 5, 6, 7)), {
    ...none,
    given: { train: [0, 1, 2], val: [3], test: [4, 5, 6, 7] },
    drawn: [],
  });
  assertEquals(of(trainVal(0, 1, 2, 3), train(0, 1), test(4, 5, 6, 7)), {
    ...none,
    given: { train: [0, 1], val: [2, 3], test: [4, 5, 6, 7] },
    drawn: [],
  });
  assertEquals(of(trainVal(0, 1, 2, 3), train(0, 1), val(2), test(4, 5, 6, 7)).unassigned, [3]);
});

Deno.test("splitByLists: a list without any of the films leaves its part empty", () => {
  assertEquals(of(trainVal(), test(0)).given, { test: [0] });
  assertEquals(of(train(0), val(), test(1)).given, { train: [0], val: [], test: [1] });
});

Deno.test("splitByLists: a film on lists that contradict each other is named", () => {
  assertEquals(
    assertThrows(() => of(train(0, 1), test(1, 2)), UserError).message,
    "DIR: 1.png is on train_list.txt and test_list.txt. Keep it on one of them: a film is in one part of the split",
  );
});
