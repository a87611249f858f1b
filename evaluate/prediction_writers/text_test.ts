import { assertEquals } from "@std/assert";
import { textWriter } from "./text.ts";
import { written } from "./testing.ts";

Deno.test("textWriter: the film, the verdict, and the labels by probability", async () => {
  const text = await written(textWriter, { labels: ["Mass\n", "No Finding"] });
  assertEquals(text.split("\n"), [
    "a.png",
    "  normal: p(No Finding) ≥ 0.5",
    "  No Finding  0.7500",
    "  Mass�       0.5000",
    "",
    'b "c".png',
    "  normal: p(No Finding) ≥ 0.5",
    "  No Finding  0.9000",
    "  Mass�       0.1000",
    "",
    "|",
  ]);
});

Deno.test("textWriter: ranked by logit, where probabilities are one; no verdict where nobody knows what is normal", async () => {
  const films = [{ name: "a.png", logits: Float32Array.of(40, 50, 60) }];
  const text = await written(textWriter, { labels: ["a", "b", "c"], films });
  assertEquals(text, "a.png\n  c  1.0000\n  b  1.0000\n  a  1.0000\n\n|");
});
