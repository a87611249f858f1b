import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { LabelIndex, nihLabels, parseLabelDict } from "./labels.ts";

Deno.test("nihLabels: the 15 labels, No Finding last", () => {
  assertEquals(nihLabels.length, 15);
  assertEquals(nihLabels[0], "Atelectasis");
  assertEquals(nihLabels[12], "Pleural_Thickening");
  assertEquals(nihLabels[14], "No Finding");
});

Deno.test("label_dict.txt: the index sets the order, whatever the lines' order, line ends and blanks", () => {
  assertEquals(parseLabelDict("\ufeffNo Finding:2\r\nMass : 0\r\n\r\nNodule:1", "d"), ["Mass", "Nodule", "No Finding"]);
});

Deno.test("label_dict.txt: each mistake names its line", () => {
  const fails = (text: string, message: string) =>
    assertEquals(assertThrows(() => parseLabelDict(text, "label_dict.txt"), UserError).message, message);
  fails("Mass:0\nNodule", 'label_dict.txt, line 2: expected name:index, got "Nodule"');
  fails("Mass:0\nMass:1", "label_dict.txt, line 2: Mass is already on line 1");
  fails("Mass:0\nNodule:0", "label_dict.txt, line 2: Nodule has index 0, as Mass has");
  fails("Mass:0\nNodule:2", "label_dict.txt: no label has index 1. Number the labels 0, 1, 2, … in a row.");
  fails("Mass:0\nmass:1", "label_dict.txt, line 2: mass is already on line 1");
  fails("Mass:0\nno_finding:1", "label_dict.txt, line 2: no_finding must be written No Finding");
  fails("Mass:0\nNodule:4294967294", "label_dict.txt: no label has index 1. Number the labels 0, 1, 2, … in a row.");
  fails("\n", "label_dict.txt has no name:index line");
});

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
    ...[[0, 1], [0], [2], [2]],
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
