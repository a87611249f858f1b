import { assertEquals } from "@std/assert";
import { sigmoid } from "../sigmoid.ts";
import { jsonlWriter } from "./jsonl.ts";
import { written } from "./testing.ts";

Deno.test("jsonlWriter: a document a film and line, as it comes", async () => {
  const [first, second, rest] = (await written(jsonlWriter)).split("\n");
  const logits = [0, Math.fround(Math.log(3))];
  assertEquals(JSON.parse(first), { input: "a.png", logits, probabilities: logits.map(sigmoid) });
  assertEquals([JSON.parse(second).input, rest], ['b "c".png', "|"]);
});
