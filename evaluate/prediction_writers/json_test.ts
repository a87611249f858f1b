import { assertEquals, assertMatch } from "@std/assert";
import { sigmoid } from "../sigmoid.ts";
import { jsonWriter } from "./json.ts";
import { written } from "./testing.ts";

Deno.test("jsonWriter: one document at the end, its keys in the contract's order", async () => {
  const failed = [{ input: "x.png", reason: "x.png is lost" }];
  const text = await written(jsonWriter, { failed });
  assertMatch(text, /^\|\{[^]*\}\n$/);
  const [a, b] = [Math.fround(Math.log(3)), Math.fround(Math.log(9))], logits = [[0, a], [-b, b]];
  const document = JSON.parse(text.slice(1));
  assertEquals(document, {
    model: "m",
    labels: ["Mass, left", "No Finding"],
    inputs: ["a.png", 'b "c".png'],
    logits,
    probabilities: logits.map((row) => row.map(sigmoid)),
    failed,
  });
  assertEquals(Object.keys(document), ["model", "labels", "inputs", "logits", "probabilities", "failed"]);
});

Deno.test("jsonWriter: of no film it is whole too", async () => {
  const document = JSON.parse((await written(jsonWriter, { films: [], count: 0 })).slice(1));
  assertEquals([document.inputs, document.logits, document.probabilities, document.failed], [[], [], [], []]);
});
