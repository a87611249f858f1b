import type { FaultTable } from "../mutant.ts";

/** Faults of metrics, warnings and results. */
export const evaluate: FaultTable = {
  "evaluate/warnings.ts": [
    ["20 films are few", "const few = 30;", "const few = 20;"],
    ["30 films are few too", ".filter(([count]) => count < few)", ".filter(([count]) => count <= few)"],
    ["ranking is poor below 0.4", "auroc < 0.5", "auroc < 0.4"],
    ["no better than one answer shows skill", "accuracy <= best", "accuracy < best"],
    [
      "as many of both kinds count as mostly normal",
      "counts.abnormal >= counts.normal",
      "counts.abnormal > counts.normal",
    ],
    ["one film that is called normal is all films", "calledNormal === n)", "calledNormal >= n - 1)"],
  ],
  "evaluate/metrics.ts": [
    ["two marks are no contradiction", "marks > 1", "marks > 2"],
    ["films are constant where one is like the first", "films.scores.every((score) =>", "films.scores.some((score) =>"],
  ],
  "evaluate/abnormal.ts": [
    ["a probability at the threshold is abnormal", "sigmoid(logit) >= threshold", "sigmoid(logit) > threshold"],
    ["a finding at the threshold is abnormal", "sigmoid(greatest) > threshold", "sigmoid(greatest) >= threshold"],
  ],
  "evaluate/ranking.ts": [
    ["a tie counts in full", "(hits + above) / 2", "hits"],
  ],
  "evaluate/predictions_csv.ts": [
    ["logits stand for probabilities", "String(sigmoid(logit))", "String(logit)"],
    [
      "predictions of the film before",
      "let k = i * labels.length; k <",
      "let k = Math.max(i - 1, 0) * labels.length; k <",
    ],
  ],
  "formats/csv.ts": [
    ["a lone quote is not quoted", '/[",\\r\\n]/', "/[,\\r\\n]/"],
  ],
  "errors.ts": [
    [
      "a suggestion two edits away is too far",
      "Math.max(2, Math.floor(word.length / 3))",
      "Math.max(1, Math.floor(word.length / 3))",
    ],
    ["a swap is two edits", "cost = Math.min(cost, before[j - 2] + 1);", "cost = Math.min(cost, before[j - 2] + 2);"],
  ],
  "evaluate/choose_films.ts": [
    ["the recorded split is ignored", "every.filter((film) => films[film]?.split === wanted)", "every"],
    [
      "the folder's own test list is ignored",
      'if (!recorded && wanted === "test" && officialTest)',
      'if (recorded && wanted === "test" && officialTest)',
    ],
  ],
  "evaluate/seen.ts": [
    ["films of a patient who was seen stay in", "!(seen || patientSeen)", "!seen"],
  ],
  "lineage/held_out.ts": [
    [
      "films that are gone are not counted",
      "goneByName, Math.max(0, names.length - found)",
      "goneByName, Math.min(0, names.length - found)",
    ],
  ],
};
