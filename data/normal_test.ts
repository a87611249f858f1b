import { assertEquals } from "@std/assert";
import { nihLabels } from "./labels.ts";
import { normalBy } from "./normal.ts";

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
    findings.slice(1),
    [...findings, "Fracture"],
    [...findings.slice(1), "Fracture"],
    [...findings.slice(1), "Hernia"],
    [...findings, "No finding"],
    ["Mass"],
    [],
  ];
  for (const labels of others) assertEquals(normalBy(labels), null, labels.join());
});
