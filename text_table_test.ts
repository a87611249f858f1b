import { assertEquals } from "@std/assert";
import { alignColumns, cellName, wrapWords } from "./text_table.ts";

Deno.test("alignColumns: names to the left, numbers to the right", () => {
  assertEquals(alignColumns([["label", "n"], ["é", "10"], ["Mass"]]), ["  label   n", "  é      10", "  Mass"]);
  assertEquals(alignColumns([]), []);
});

Deno.test("alignColumns: as many columns to the left as asked, after the indent that is asked", () => {
  const rows = [["a", "dense", "10"], ["bc", "relu", "7"]];
  assertEquals(alignColumns(rows, { textColumns: 2, indent: "" }), ["a   dense  10", "bc  relu    7"]);
});

Deno.test("wrapWords: no line is longer than asked, but for a word that is", () => {
  assertEquals(wrapWords("aa bb cc dddddddd e", 6, "  "), ["aa bb", "  cc", "  dddddddd", "  e"]);
  assertEquals(wrapWords("", 6), [""]);
});

Deno.test("cellName: what would disturb a terminal is taken out", () => {
  assertEquals(cellName("a\x1b[2J\nb"), "a�[2J�b");
  assertEquals(cellName("x".repeat(40)), `${"x".repeat(31)}…`);
});
