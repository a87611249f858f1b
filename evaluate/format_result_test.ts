import { assert, assertEquals } from "@std/assert";
import { nihLabels } from "../data/labels.ts";
import { formatTest } from "./format_result.ts";
import { binaryTest } from "./metrics.ts";

Deno.test("formatTest: the document's two lines, and what they mean", () => {
  const rows = [[2, 1, 60], [-1, 1, 20], [-2, 0, 1900], [0.5, 0, 20]]
    .flatMap(([logit, normal, copies]) => Array.from({ length: copies }, () => [logit, normal]));
  const result = binaryTest({
    labels: ["Pleural_Thickening", "Hernia", "No Finding"],
    logits: Float64Array.from(rows.flatMap(([logit]) => [-logit, 0, logit])),
    targets: rows.flatMap(([, normal]) => [1 - normal, 0, normal]),
    patients: rows.map((_, i) => `${i % 700}`),
    synthetic: true,
  });
  // AUROC by hand: 1,900 films beat all 80 normal ones, 20 beat 60 of them.
  const lines = formatTest(result);
  assertEquals(lines, [
    "Test Accuracy: 98.000",
    "Disease Recall: 98.958",
    "",
    "  2,000 films of 700 patients: 80 normal, 1,920 abnormal",
    "",
    "  normal or abnormal  accuracy  disease recall  specificity   AUROC      AP",
    "  this model            98.000          98.958       75.000  0.9974  0.9999",
    "  always abnormal       96.000         100.000        0.000  0.5000  0.9600",
    "  always normal          4.000           0.000      100.000  0.5000  0.9600",
    "",
    "  normal: p(No Finding) ≥ 0.5  called abnormal  called normal",
    "  abnormal films                         1,900             20",
    "  normal films                              20             60",
    "",
    "  label                  positives      AUROC         AP",
    "  Pleural_Thickening         1,920     0.9974     0.9999",
    "  Hernia                         0  undefined  undefined",
    "  No Finding                    80     0.9974     0.9500",
    "  mean of the 2 defined                0.9974     0.9749",
    "",
    "Warning: These films are synthetic: the numbers say nothing about real chest X-rays.",
    "Warning: AUROC and AP are undefined where all films agree: Hernia.",
  ]);
});

Deno.test("formatTest: undefined where the document prints 0", () => {
  const normal = { logits: Float32Array.of(2, 1), targets: [1, 1] };
  const lines = formatTest(binaryTest({ labels: ["No Finding"], ...normal }));
  assertEquals(lines.slice(0, 4), [
    "Test Accuracy: 100.000",
    "Disease Recall: undefined",
    "",
    "  2 films: 2 normal, 0 abnormal",
  ]);
  assert(lines.includes("  always abnormal        0.000       undefined        0.000  undefined  undefined"));
  const without = formatTest(binaryTest({ labels: ["Mass"], ...normal }));
  assertEquals(without.slice(0, 4), ["Test Accuracy: undefined", "Disease Recall: undefined", "", "  2 films"]);
});

Deno.test("formatTest: without No Finding, what a film is normal by, and the rule of the calls", () => {
  const labels = nihLabels.slice(0, 14);
  const films = [[1, 2], [1, -1], [0, -2]]; // marked?, logit of the first finding
  const result = binaryTest({
    labels,
    logits: Float32Array.from(films.flatMap(([, logit]) => labels.map((_, j) => j === 0 ? logit : -3))),
    targets: films.flatMap(([marked]) => labels.map((_, j) => j === 0 ? marked : 0)),
  });
  const lines = formatTest(result);
  assertEquals(lines.slice(0, 4), [
    "Test Accuracy: 66.667",
    "Disease Recall: 50.000",
    "",
    "  3 films: 1 normal (no finding marked), 2 abnormal",
  ]);
  const caption = lines.findIndex((line) => line.includes("called abnormal"));
  assertEquals(lines.slice(caption, caption + 3), [
    "  abnormal: greatest p of a finding > 0.5  called abnormal  called normal",
    "  abnormal films                                         1              1",
    "  normal films                                           0              1",
  ]);
});

Deno.test("formatTest: no line is wider than a terminal of 100 columns, or steers it", () => {
  const labels = Array.from(
    { length: 40 },
    (_, j) => j === 39 ? "No Finding" : `\x1b[2J a finding of many words, number ${j}`,
  );
  const result = binaryTest({
    labels,
    logits: new Float32Array(40 * 112_120),
    targets: new Uint8Array(40 * 112_120),
  });
  for (const line of formatTest(result)) assert(line.length <= 100 && !line.includes("\x1b"), line);
});
