import { assertEquals, assertThrows } from "@std/assert";
import { needs } from "../needs.ts";
import { sourceFiles, sourceText } from "../sources.ts";
import { mutantsOf, mutate } from "./mutant.ts";
import { importGraph, testsReaching } from "./reach.ts";
import { tables } from "./table.ts";

const texts = () => new Map(sourceFiles(".ts").map((path) => [path, sourceText(path)]));

Deno.test("mutants: every row of the table applies, and changes its file", needs("read"), () => {
  const sources = texts(), mutants = mutantsOf(tables, sources);
  assertEquals(mutants.filter(({ file, text }) => text === sources.get(file)), []);
  assertEquals(new Set(mutants.map(({ text }) => text)).size, mutants.length);
});

Deno.test("mutants: some test reaches every file of the table", needs("read"), () => {
  const graph = importGraph(texts());
  assertEquals(
    tables.flatMap((table) => Object.keys(table)).filter((file) => testsReaching(file, graph).length === 0),
    [],
  );
});

Deno.test("mutate: replaces a text that occurs once, and refuses one that does not", () => {
  assertEquals(mutate("a.ts", "x + y", ["a sign", "+", "$&"]), { file: "a.ts", what: "a sign", text: "x $& y" });
  const out = (text: string | undefined) =>
    assertThrows(() => mutate("a.ts", text, ["a sign", "+", "-"]), TypeError).message;
  assertEquals(out("x"), 'tests/mutants/table is out of date: a.ts must hold "+" once; it occurs 0 times');
  assertEquals(out("+ +"), 'tests/mutants/table is out of date: a.ts must hold "+" once; it occurs 2 times');
  assertEquals(out(undefined), 'tests/mutants/table is out of date: a.ts must hold "+" once; there is no such file');
});
