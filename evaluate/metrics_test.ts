import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { nihLabels } from "../data/labels.ts";
import { UserError } from "../errors.ts";
import golden from "./golden/metrics.json" with { type: "json" };
import { binaryTest } from "./metrics.ts";
import type { TestResult } from "./result.ts";

const labels = ["Mass", "No Finding"];
const findings = nihLabels.slice(0, 14);

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
  const names = classes === 14
    ? findings
    : Array.from({ length: classes }, (_, j) => j === classes - 1 ? "No Finding" : `Finding ${j}`);
  const targets = Array.from(
    { length: films * classes },
    (_, k) => Number(mix(Math.floor(k / classes), k % classes, 2) % 1000 < share),
  );
  const quarter = Math.floor(levels / 4);
  const logits = Float64Array.from(targets, (target, k) => {
    const level = mix(Math.floor(k / classes), k % classes, 1) % levels + target * quarter;
    return logit(level / (levels + quarter));
  });
  return { labels: names, logits, targets, threshold };
}

/** Returns the logit of a probability below 1; -100 for a probability of 0. */
function logit(p: number): number {
  return p === 0 ? -100 : Math.log(p / (1 - p));
}

function assertClose(actual: number | null, expected: number | null, what: string): void {
  if (actual === null || expected === null) assertEquals(actual, expected, what);
  else assertAlmostEquals(actual, expected, 1e-12, what);
}

for (const { name, expected, ...given } of golden.cases) {
  Deno.test(`metrics: ${name}, as scikit-learn has it`, () => {
    const result = binaryTest(formula(given));
    assertEquals(result.confusion, expected.confusion);
    assertClose(result.accuracy, expected.accuracy, "accuracy");
    assertClose(result.diseaseRecall, expected.disease_recall, "disease recall");
    assertClose(result.specificity, expected.specificity, "specificity");
    assertClose(result.auroc, expected.auroc, "AUROC");
    assertClose(result.averagePrecision, expected.average_precision, "average precision");
    assertEquals(result.labels.map(({ positives }) => positives), expected.labels.map(({ positives }) => positives));
    for (const [j, label] of result.labels.entries()) {
      assertClose(label.auroc, expected.labels[j].auroc, `${label.label} auroc`);
      assertClose(label.averagePrecision, expected.labels[j].average_precision, `${label.label} average precision`);
    }
  });
}

Deno.test("metrics: the document's two numbers, beside counts, patients and the constant predictors", () => {
  const result = binaryTest({
    labels,
    logits: Float32Array.of(2, 0, -2, -1, 1, -3, 1.5, 2),
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
      normalBy: "No Finding",
      threshold: 0.5,
      accuracy: 1 / 2,
      diseaseRecall: 1 / 2,
      specificity: 1 / 2,
      auroc: 1 / 2,
      averagePrecision: (1 + 2 / 4) / 2,
      confusion: { tp: 1, fp: 1, tn: 1, fn: 1 },
      baselines: {
        alwaysAbnormal: { accuracy: 1 / 2, diseaseRecall: 1, specificity: 0, auroc: 1 / 2, averagePrecision: 1 / 2 },
        alwaysNormal: { accuracy: 1 / 2, diseaseRecall: 0, specificity: 1, auroc: 1 / 2, averagePrecision: 1 / 2 },
      },
    } satisfies Omit<TestResult, "labels" | "warnings">,
  );
  assertEquals(perLabel.map(({ label, positives, auroc }) => [label, positives, auroc]), [
    ["Mass", 2, 1 / 2],
    ["No Finding", 2, 1 / 2],
  ]);
});

/** Rows of `[logit, target]` pairs, one pair a label. */
function inputOf(rows: readonly (readonly (readonly [number, number])[])[]) {
  const cells = rows.flat();
  return { logits: Float32Array.from(cells, ([logit]) => logit), targets: cells.map(([, target]) => target) };
}

Deno.test("metrics: a saturated model is ranked by its logits, where all its probabilities are 1", () => {
  // [No Finding's logit, normal?]; Mass as far on its own side of 40.
  const films = [[44, 1], [52, 1], [60, 1], [40, 0], [48, 0], [56, 0], [52, 0]] as const;
  const rows = films.map(([z, normal]) => [[100 - z, 1 - normal], [z, normal]] as const);
  const result = binaryTest({ labels, ...inputOf(rows) });
  // Of 12 pairs: 44 is above 40; 52 above 40 and 48, beside 52; 60 above all four.
  const wins = 1 + 2.5 + 4;
  assertEquals([result.auroc, ...result.labels.map(({ auroc }) => auroc)], [wins / 12, wins / 12, wins / 12]);
  assertEquals(result.confusion, { tp: 0, fp: 0, tn: 3, fn: 4 });
  assertEquals(result.warnings.filter((warning) => /same probability|below 0\.5/.test(warning)), []);
});

Deno.test("metrics: no false warning of a ranking below chance, where probabilities ran together", () => {
  const films = [[36, 1], [60, 1], [61, 1], [40, 0], [41, 0]] as const;
  const { auroc, warnings } = binaryTest({ labels: ["No Finding"], ...inputOf(films.map((film) => [film])) });
  assertEquals(auroc, 4 / 6); // by 1 − p it was 2 / 6: all but the first are 0
  assertEquals(warnings.filter((warning) => warning.startsWith("AUROC 0.")), []);
});

Deno.test("metrics: by no finding marked, where the labels are NIH's 14", () => {
  /** A film whose marked findings are the first ones; the given logits are those of the first, all others are -9. */
  const film = (marked: number, ...logits: number[]) =>
    findings.map((_, j) => [logits[j] ?? -9, j < marked ? 1 : 0] as const);
  const rows = [film(0, -2, -1), film(0, 0, -3), film(1, 3), film(2, -1, -4), film(1, -9, 2), film(0, 41, 50)];
  const { labels, warnings, ...numbers } = binaryTest({ labels: findings, ...inputOf(rows), patients: [..."aabbcd"] });
  // Greatest logits: normal -1, 0 (p is 0.5, and not above it), 50; abnormal 3, -1, 2.
  assertEquals(
    numbers,
    {
      n: 6,
      patients: 4,
      counts: { normal: 3, abnormal: 3 },
      normalBy: "no finding marked",
      threshold: 0.5,
      accuracy: 4 / 6,
      diseaseRecall: 2 / 3,
      specificity: 2 / 3,
      auroc: (2 + 2 + 0.5) / 9,
      averagePrecision: (1 / 2 + 2 / 3 + 3 / 6) / 3,
      confusion: { tp: 2, fp: 1, tn: 2, fn: 1 },
      baselines: {
        alwaysAbnormal: { accuracy: 1 / 2, diseaseRecall: 1, specificity: 0, auroc: 1 / 2, averagePrecision: 1 / 2 },
        alwaysNormal: { accuracy: 1 / 2, diseaseRecall: 0, specificity: 1, auroc: 1 / 2, averagePrecision: 1 / 2 },
      },
    } satisfies Omit<TestResult, "labels" | "warnings">,
  );
  assertEquals(labels.slice(0, 3).map(({ positives }) => positives), [3, 1, 0]);
  assertEquals(warnings.length, 3); // few normal films, few abnormal ones, labels that all films agree on
});

Deno.test("metrics: without No Finding, under other labels, the labels are still ranked, the rest is null", () => {
  for (const labels of [["Mass"], findings.slice(1), [...findings, "Fracture"]]) {
    const rows = [1, 0].map((target) => labels.map((_, j) => [target - j, target] as const));
    const { warnings, labels: perLabel, ...numbers } = binaryTest({ labels, ...inputOf(rows) });
    assertEquals(
      numbers,
      {
        n: 2,
        patients: null,
        counts: null,
        normalBy: null,
        threshold: null,
        accuracy: null,
        diseaseRecall: null,
        specificity: null,
        auroc: null,
        averagePrecision: null,
        confusion: null,
        baselines: null,
      } satisfies Omit<TestResult, "labels" | "warnings">,
    );
    assertEquals(perLabel, labels.map((label) => ({ label, positives: 1, auroc: 1, averagePrecision: 1 })));
    assertEquals(warnings, [
      "There is no label No Finding, and the labels are not NIH's 14 findings, so a film without a label may be abnormal: " +
      "accuracy, disease recall and all that rests on them are undefined.",
    ]);
  }
});

Deno.test("metrics: no films at all", () => {
  const result = binaryTest({ labels, logits: new Float32Array(0), targets: [] });
  assertEquals([result.n, result.accuracy, result.baselines?.alwaysAbnormal.diseaseRecall], [0, null, null]);
  assertEquals(result.warnings, ["There are no films in this split: nothing was tested."]);
});

Deno.test("metrics: a logit that is not finite names the label and the film", () => {
  for (const z of [NaN, Infinity, -Infinity]) {
    const logits = Float64Array.of(0.1, 0.2, 0.3, z);
    const error = assertThrows(() => binaryTest({ labels, logits, targets: [0, 1, 1, 0] }), UserError);
    assertEquals(error.exitStatus, 1);
    assert(error.message.startsWith(`the model's logit of No Finding is ${z} for film 2. `));
  }
});

Deno.test("metrics: a caller's mistakes are TypeErrors", () => {
  const logits = Float32Array.of(0.1, 0.2);
  assertThrows(() => binaryTest({ labels, logits, targets: [0] }), TypeError, "2 logits, 1 targets");
  assertThrows(() => binaryTest({ labels, logits, targets: [0, 2] }), TypeError, "target 1 is 2, not 0 or 1");
  assertThrows(
    () => binaryTest({ labels, logits, targets: [0, 1], patients: ["a", "b"] }),
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
