import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { samplerNames, samplers } from "../sampling/samplers.ts";
import { datasetKinds, readers } from "./readers.ts";

/** The rows of a Markdown table whose first column has this heading. */
function rowsBelow(heading: string): string[][] {
  const lines = Deno.readTextFileSync(new URL("../../docs/data.md", import.meta.url)).split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading}`)) + 2;
  const rows = lines.slice(start, lines.indexOf("", start));
  return rows.map((row) => row.slice(1, -1).split("|").map((cell) => cell.trim().replaceAll("\\*", "*")));
}

Deno.test(
  "readers: docs/data.md lists every kind of dataset, in the order in which Thorax looks",
  needs("read"),
  () => {
    assertEquals(rowsBelow("`--dataset`"), Object.entries(readers).map(([name, { looks }]) => [`\`${name}\``, looks]));
    assertEquals(datasetKinds.join(), ["auto", ...Object.keys(readers)].join());
  },
);

Deno.test("samplers: docs/data.md lists every sampler, the default first", needs("read"), () => {
  assertEquals(rowsBelow("`--split-type`"), samplerNames.map((name) => [`\`${name}\``, samplers[name].help]));
});
