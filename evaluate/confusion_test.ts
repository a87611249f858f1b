import { assertEquals } from "@std/assert";
import { countCalls, rates } from "./confusion.ts";

Deno.test("confusion: positive is abnormal", () => {
  const confusion = countCalls([0, 1, 0, 1, 1], [0, 0, 1, 1, 1]);
  assertEquals(confusion, { tn: 1, fp: 1, fn: 1, tp: 2 });
  assertEquals(rates(confusion), { accuracy: 3 / 5, diseaseRecall: 2 / 3, specificity: 1 / 2 });
});

Deno.test("confusion: what has nothing to divide by is null", () => {
  assertEquals(rates({ tp: 0, fp: 0, tn: 0, fn: 0 }), { accuracy: null, diseaseRecall: null, specificity: null });
  assertEquals(rates({ tp: 3, fp: 0, tn: 0, fn: 1 }), { accuracy: 3 / 4, diseaseRecall: 3 / 4, specificity: null });
});
