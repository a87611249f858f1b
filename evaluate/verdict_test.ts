import { assertEquals } from "@std/assert";
import { nihLabels } from "../data/labels.ts";
import { verdict } from "./verdict.ts";

Deno.test("verdict: by No Finding, which is normal from the threshold on", () => {
  const labels = ["Mass", "No Finding"];
  const of = (logit: number, threshold?: number) => verdict(labels, Float32Array.of(9, logit), threshold);
  assertEquals([of(0), of(-1e-3)], ["normal: p(No Finding) ≥ 0.5", "abnormal: p(No Finding) < 0.5"]);
  assertEquals([of(0, 0.6), of(1, 0.6)], ["abnormal: p(No Finding) < 0.6", "normal: p(No Finding) ≥ 0.6"]);
});

Deno.test("verdict: of NIH's findings alone, by the greatest, which is abnormal above the threshold", () => {
  const findings = nihLabels.filter((label) => label !== "No Finding");
  const of = (logit: number) => verdict(findings, new Float32Array(14).fill(-2).fill(logit, 3, 4));
  assertEquals([of(0), of(1e-3)], ["normal: no finding has p > 0.5", "abnormal: a finding has p > 0.5"]);
});

Deno.test("verdict: under other labels nobody knows what is normal", () => {
  assertEquals(verdict(["Mass"], Float32Array.of(3)), undefined);
  assertEquals(verdict([...nihLabels.slice(0, 14), "Fracture"], new Float32Array(15)), undefined);
});
