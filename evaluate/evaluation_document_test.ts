import { assertEquals } from "@std/assert";
import type { Evaluation } from "./evaluation.ts";
import { evaluationDocument } from "./evaluation_document.ts";
import { binaryTest } from "./metrics.ts";

const predictions = { films: [4, 7], logits: Float32Array.of(1, -1, -1, 1), targets: Uint8Array.of(1, 0, 0, 1) };
const result = binaryTest({ labels: ["Mass", "No Finding"], ...predictions });
const evaluation: Evaluation = {
  model: "tiny",
  checkpoint: "a.safetensors",
  dataset: "films",
  split: "all",
  ...result,
  estimate: null,
  seen: { films: 1, patients: 1, byName: 2, excluded: 1, lineage: "known" },
  withSeen: { n: 3, accuracy: 1, diseaseRecall: 1, specificity: 1, auroc: 1, averagePrecision: 1 },
  unreadable: 5,
  predictions,
  splits: ["test", "new"],
  examplesPerSecond: 9,
};

Deno.test("evaluationDocument: the fields of the contract in their order, and nothing of single films", () => {
  const document = JSON.parse(JSON.stringify(evaluationDocument(evaluation)));
  assertEquals(document, {
    model: "tiny",
    checkpoint: "a.safetensors",
    dataset: "films",
    split: "all",
    n: 2,
    patients: null,
    counts: { normal: 1, abnormal: 1 },
    normal_by: "No Finding",
    threshold: 0.5,
    accuracy: 1,
    disease_recall: 1,
    specificity: 1,
    auroc: 1,
    average_precision: 1,
    confusion: { tp: 1, fp: 0, tn: 1, fn: 0 },
    baselines: {
      always_abnormal: { accuracy: 0.5, disease_recall: 1 },
      always_normal: { accuracy: 0.5, disease_recall: 0 },
    },
    labels: [
      { label: "Mass", positives: 1, auroc: 1, average_precision: 1 },
      { label: "No Finding", positives: 1, auroc: 1, average_precision: 1 },
    ],
    warnings: [...result.warnings],
    estimate: null,
    seen: { films: 1, patients: 1, by_name: 2, excluded: 1, lineage: "known" },
    with_seen: { n: 3, accuracy: 1, disease_recall: 1, specificity: 1, auroc: 1 },
    unreadable: 5,
  });
  assertEquals(
    Object.keys(document).slice(4, 16).join(" "),
    [
      "n patients counts normal_by threshold accuracy disease_recall specificity auroc average_precision confusion",
      "baselines",
    ].join(" "),
  );
});
