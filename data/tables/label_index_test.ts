import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { LabelIndex } from "./label_index.ts";

Deno.test("LabelIndex: every unknown label is counted, and a near name is offered", () => {
  const index = new LabelIndex(["Mass", "Nodule"]);
  assertEquals(["Nodule ", "Noduel", "Noduel", ""].map((label) => index.of(label)), [
    1,
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(
    assertThrows(() => index.assertAllKnown("t.csv"), UserError).message,
    "t.csv has 2 unknown labels: Noduel (2 rows; did you mean Nodule?), (empty) (1 row). " +
      "Correct them, or list every label with its index in label_dict.txt. A cell of a normal film says No Finding",
  );
});

Deno.test("LabelIndex: a cell's labels, each once, ascending", () => {
  const index = new LabelIndex(["Mass", "Nodule", "No Finding"]);
  assertEquals(["Nodule| Mass", "Mass|Mass", "No Finding", " No Finding "].map((cell) => index.ofCell(cell)), [
    [0, 1],
    [0],
    [2],
    [2],
  ]);
  index.assertAllKnown("t.csv");
});

Deno.test("LabelIndex: where No Finding is no label, a cell that is it or empty marks nothing", () => {
  const index = new LabelIndex(["Mass", "Nodule"]);
  assertEquals(["No Finding", "", "  ", "Nodule"].map((cell) => index.ofCell(cell)), [[], [], [], [1]]);
  index.assertAllKnown("t.csv");
});

Deno.test("LabelIndex: a row without the cell, a contradiction, and an empty cell beside No Finding are unknown", () => {
  const unknownOf = (labels: readonly string[], cell: string | undefined) => {
    const index = new LabelIndex(labels);
    index.ofCell(cell);
    return assertThrows(() => index.assertAllKnown("t.csv"), UserError).message.split(". ")[0];
  };
  assertEquals(unknownOf(["Mass"], undefined), "t.csv has 1 unknown label: (empty) (1 row)");
  assertEquals(unknownOf(["Mass"], "Mass|"), "t.csv has 1 unknown label: (empty) (1 row)");
  assertEquals(unknownOf(["Mass"], "Mass|No Finding"), "t.csv has 1 unknown label: No Finding (1 row)");
  assertEquals(unknownOf(["Mass", "No Finding"], ""), "t.csv has 1 unknown label: (empty) (1 row)");
});
