import { assertEquals } from "@std/assert";
import { nihLabels } from "./labels.ts";
import { normalBy, sampledClasses } from "./normal.ts";

const findings = nihLabels.slice(0, 14);

Deno.test("normalBy: No Finding wherever it is a label", () => {
  for (const labels of [nihLabels, ["No Finding"], ["No Finding", "Mass"], nihLabels.toReversed()]) {
    assertEquals(normalBy(labels), "No Finding");
  }
});

Deno.test("normalBy: without it, no finding marked, under NIH's 14 in any order", () => {
  assertEquals(normalBy(findings), "no finding marked");
  assertEquals(normalBy(findings.toSorted()), "no finding marked");
});

Deno.test("normalBy: unknown where a film without a label may be abnormal", () => {
  const others = [
    ...[findings.slice(1), [...findings, "Fracture"], [...findings.slice(1), "Fracture"]],
    ...[[...findings.slice(1), "Hernia"], [...findings, "No finding"], ["Mass"], []],
  ];
  for (const labels of others) assertEquals(normalBy(labels), null, labels.join());
});

Deno.test("sampledClasses: films of no label are a class behind NIH's 14, and in no class under others", () => {
  const films = [[], [3, 5], []];
  assertEquals(sampledClasses(films, findings), { films: [[14], [3, 5], [14]], classes: 15, noFinding: 14 });
  assertEquals(sampledClasses(films, findings.slice(1)), { films, classes: 13, noFinding: -1 });
  assertEquals(sampledClasses([[1], [0]], ["No Finding", "Mass"]), { films: [[1], [0]], classes: 2, noFinding: 0 });
});
