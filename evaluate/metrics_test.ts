import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import golden from "./golden/metrics.json" with { type: "json" };
import { binaryTest, type TestResult } from "./metrics.ts";

const labels = ["Mass", "No Finding"];

/** `make_metrics.py`'s integers: every product is below 2^53. */
function mix(i: number, j: number, salt: number): number {
  let h = (i * 7919 + j * 104729 + salt * 1299709 + 12345) % 2147483647;
  for (let k = 0; k < 3; k++) h = (h * 48271 + 11) % 2147483647;
  return h;
}

interface Formula {
  films: number;
  classes: number;
  levels: number;
  share: number;
  threshold?: number;
}

function formula({ films, classes, levels, share, threshold }: Formula) {
  const names = Array.from({ length: classes }, (_, j) => j === classes - 1 ? "No Finding" : `Finding ${j}`);
  const targets = Array.from(
    { length: films * classes },
    (_, k) => Number(mix(Math.floor(k / classes), k % classes, 2) % 1000 < share),
  );
  const quarter = Math.floor(levels / 4);
  const probabilities = Float64Array.from(
    targets,
    (target, k) => (mix(Math.floor(k / classes), k % classes, 1) % levels + target * quarter) / (levels + quarter),
  );
  return { labels: names, probabilities, targets, threshold };
}

function assertClose(actual: number | null, expected: number | null, what: string): void {
  if (actual === null || expected === null) assertEquals(actual, expected, what);
  else assertAlmostEquals(actual, expected, 1e-12, what);
}

for (const { name, expected, ...given } of golden.cases) {
  Deno.test(`metrics: ${name}, as scikit-learn has it`, () => {
    const result = binaryTest(formula(given));
    assertEquals(result.confusion, expected.confusion);
    for (const key of ["accuracy", "disease_recall", "specificity", "auroc", "average_precision"] as const) {
      assertClose(result[key], expected[key], key);
    }
    assertEquals(result.labels.map(({ positives }) => positives), expected.labels.map(({ positives }) => positives));
    for (const [j, label] of result.labels.entries()) {
      assertClose(label.auroc, expected.labels[j].auroc, `${label.label} auroc`);
      assertClose(label.average_precision, expected.labels[j].average_precision, `${label.label} average precision`);
    }
  });
}

Deno.test("metrics: the document's two numbers, beside counts, patients and the constant predictors", () => {
  const result = binaryTest({
    labels,
    probabilities: Float32Array.of(0.9, 0.5, 0.2, 0.4, 0.6, 0.1, 0.7, 0.8),
    targets: [0, 1, 0, 1, 1, 0, 1, 0],
    patients: ["a", "a", "b", "c"],
  });
  const { labels: perLabel, warnings: _, ...numbers } = result;
  assertEquals(
    numbers,
    {
      n: 4,
      patients: 3,
      counts: { normal: 2, abnormal: 2 },
      threshold: 0.5,
      accuracy: 1 / 2,
      disease_recall: 1 / 2,
      specificity: 1 / 2,
      auroc: 1 / 2,
      average_precision: (1 + 2 / 4) / 2,
      confusion: { tp: 1, fp: 1, tn: 1, fn: 1 },
      baselines: {
        always_abnormal: { accuracy: 1 / 2, disease_recall: 1 },
        always_normal: { accuracy: 1 / 2, disease_recall: 0 },
      },
    } satisfies Omit<TestResult, "labels" | "warnings">,
  );
  assertEquals(perLabel.map(({ label, positives, auroc }) => [label, positives, auroc]), [
    ["Mass", 2, 1 / 2],
    ["No Finding", 2, 1 / 2],
  ]);
});

Deno.test("metrics: without No Finding the labels are still ranked, the rest is null", () => {
  const result = binaryTest({ labels: ["Mass"], probabilities: Float32Array.of(0.9, 0.1), targets: [1, 0] });
  assertEquals([result.accuracy, result.counts, result.baselines, result.auroc], [null, null, null, null]);
  assertEquals(result.labels, [{ label: "Mass", positives: 1, auroc: 1, average_precision: 1 }]);
  assertEquals(result.warnings, [
    "There is no label No Finding: accuracy, disease recall and all that rests on them are undefined.",
  ]);
});

Deno.test("metrics: no films at all", () => {
  const result = binaryTest({ labels, probabilities: new Float32Array(0), targets: [] });
  assertEquals([result.n, result.accuracy, result.baselines?.always_abnormal.disease_recall], [0, null, null]);
  assertEquals(result.warnings, ["There are no films in this split: nothing was tested."]);
});

Deno.test("metrics: a probability that is none names the label and the film", () => {
  for (const p of [NaN, Infinity, -0.1, 1.5]) {
    const probabilities = Float64Array.of(0.1, 0.2, 0.3, p);
    const error = assertThrows(() => binaryTest({ labels, probabilities, targets: [0, 1, 1, 0] }), UserError);
    assertEquals(error.exitStatus, 1);
    assert(error.message.startsWith(`the model's probability of No Finding is ${p} for film 2. `));
  }
});

Deno.test("metrics: a caller's mistakes are TypeErrors", () => {
  const probabilities = Float32Array.of(0.1, 0.2);
  assertThrows(() => binaryTest({ labels, probabilities, targets: [0] }), TypeError, "2 probabilities, 1 targets");
  assertThrows(() => binaryTest({ labels, probabilities, targets: [0, 2] }), TypeError, "target 1 is 2, not 0 or 1");
  assertThrows(
    () => binaryTest({ labels, probabilities, targets: [0, 1], patients: ["a", "b"] }),
    TypeError,
    "and 2 patients do not go with 2 labels",
  );
});

Deno.test("metrics: 112,120 films of 15 labels in seconds, not minutes", () => {
  const input = formula({ films: 112_120, classes: 15, levels: 1 << 24, share: 50 });
  const start = performance.now();
  assertEquals(binaryTest(input).n, 112_120);
  // About half a second on one core; the bound leaves room for a busy machine and still refuses n².
  assert(performance.now() - start < 10_000);
});
