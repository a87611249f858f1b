import type { FaultTable } from "../mutant.ts";

/** Faults of readers, tables, splits, samplers and images. */
export const data: FaultTable = {
  "data/readers/medmnist_films.ts": [
    [
      "No Finding is always label 14",
      "marked.sort((a, b) => a - b) : [noFinding]",
      "marked.sort((a, b) => a - b) : [14]",
    ],
    ["columns are labels by position", "findings.map((label) => labels.indexOf(label))", "findings.map((_, i) => i)"],
  ],
  "data/readers/nih_films.ts": [
    ["rows without a patient are one patient", 'if (patient === "")', 'if (image === "")'],
    ["an age in months is one in years", "M: 12", "M: 1"],
    ["an age in days is one in months", "D: 365", "D: 30"],
    ["a part of the published films is a mistake", "rows >= publishedRows", "rows <= publishedRows"],
  ],
  "data/tables/identifiers.ts": [
    ["007 and 7 are two people", "const values = keys.map(normalizeNumber);", "const values = keys;"],
    ["nan is a person", "blank.test(normalizeKey(cell))", "normalizeKey(cell) === blank.source"],
  ],
  "data/images/normalization.ts": [
    ["the range may reach as far outside as it is wide", "least >= low - span / 2", "least >= low - span"],
    ["a range of 1/40 of the span is too narrow", "range >= span / 50", "range >= span / 30"],
    [
      "every channel has the first one's normalization",
      "channels.map(normalizer)",
      "channels.map(() => normalizer(channels[0]))",
    ],
  ],
  "data/images/resize.ts": [
    ["no antialiasing", "const support = Math.max(scale, 1);", "const support = 1;"],
  ],
  "data/inputs/npy_films.ts": [
    [
      "channels are not moved last",
      "images[(film * area + i) * channels + c]",
      "images[(film * channels + c) * area + i]",
    ],
    [
      "a short last batch is left out",
      "film < count; film += batchSize",
      "film + batchSize <= count; film += batchSize",
    ],
  ],
  "data/sampling/balanced.ts": [
    ["every epoch has the same order", '"balanced", epoch, label', '"balanced", 0, label'],
  ],
  "data/sampling/rare_first.ts": [
    ["common labels come first", "counts[a] - counts[b]", "counts[b] - counts[a]"],
  ],
  "data/sampling/binary.ts": [
    ["all films of the larger kind are drawn", ".slice(0, each)", ".slice(0, normal.length)"],
  ],
  "data/splits/split.ts": [
    ["validation takes the test's share", "val: 1, test: 2", "val: 2, test: 1"],
    ["a patient may be in two lists", "if (shared.size === 0) return;", "if (shared.size >= 0) return;"],
  ],
  "data/splits/stratify.ts": [
    ["the seed is ignored", 'randomStream(seed, "split")', 'randomStream(0, "split")'],
    ["films of a patient are divided", "const name = films[film].patient;", "const name = `${film}`;"],
  ],
  "data/stream/batches.ts": [
    [
      "labels land in the row before",
      "targets[films.length * classes + label]",
      "targets[(films.length - 1) * classes + label]",
    ],
    ["a short last batch is padded", "if (pad || size === batchSize)", "if (!pad || size === batchSize)"],
  ],
};
