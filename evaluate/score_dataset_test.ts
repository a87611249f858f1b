import { assert, assertEquals } from "@std/assert";
import { openBatches } from "../data/stream/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { nihLabels } from "../data/labels.ts";
import { compile } from "../dsl/compile/compile.ts";
import { dense } from "../dsl/layers/dense.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { tinyDataset } from "../tests/tiny.ts";
import { ranking } from "./ranking.ts";
import { datasetCsv, testModel } from "./score_dataset.ts";

/** The same films under NIH's 14: what was No Finding has no label. */
function withoutNoFinding(dataset: Dataset): Dataset {
  const films = dataset.films.map((film) => ({ ...film, labels: film.labels.filter((label) => label < 2) }));
  return { ...dataset, films, labels: nihLabels.slice(0, 14) };
}

/** The columns of a CSV file by name, for fields without quotes. */
function columnsOf(csv: string): (name: string) => string[] {
  const [header, ...rows] = csv.trimEnd().split("\n").map((line) => line.split(","));
  return (name) => rows.map((row) => row[header.indexOf(name)]);
}

for (const dataset of [tinyDataset(21), withoutNoFinding(tinyDataset(21))]) {
  Deno.test(
    `testModel: every figure can be computed again from predictions.csv, under ${dataset.labels.length} labels`,
    needs("read", "ffi", "env", "run"),
    async () => {
      await useEngine();
      const { labels } = dataset, films = [...dataset.films.keys()];
      const model = compile(stack({ flatten: flatten(), head: dense(labels.length) }), { input: [8, 8, 1] });
      const tested = { model, weights: model.init(3), dataset, films, batchSize: 4 };
      await using batches = openBatches(dataset, { imageSize: 8, workers: 0 });
      const { predictions, result } = await testModel({ ...tested, batches });
      const column = columnsOf(datasetCsv(dataset, predictions, films.map(() => "test")));
      const numbers = (name: string) => column(name).map(Number);
      assertEquals([column("image"), column("split")], [
        films.map((i) => `tiny-${i}`),
        films.map(() => "test"),
      ]);
      for (const { label, positives, ...ranked } of result.labels) {
        const targets = numbers(`y_${label}`);
        assertEquals(targets.filter((target) => target === 1).length, positives);
        assertEquals(ranking(numbers(`logit_${label}`).map(Math.fround), targets), ranked);
      }

      const greatest = (start: string) => films.map((i) => Math.max(...labels.map((it) => numbers(start + it)[i])));
      const [abnormal, scores, called] = result.normalBy === "No Finding"
        ? [
          numbers("y_No Finding").map((y) => 1 - y),
          numbers("logit_No Finding").map((logit) => -logit),
          numbers("p_No Finding").map((p) => p < 0.5),
        ]
        : [greatest("y_"), greatest("logit_"), greatest("p_").map((p) => p > 0.5)];
      assertEquals([result.n, result.counts], [21, { normal: 7, abnormal: 14 }]);
      assertEquals(abnormal, films.map((film) => film % 3 === 2 ? 0 : 1));
      const { auroc, averagePrecision, accuracy } = result;
      assertEquals({ auroc, averagePrecision }, ranking(scores.map(Math.fround), abnormal));
      assertEquals(accuracy, abnormal.filter((it, i) => (it === 1) === called[i]).length / 21);
      assert(new Set(scores).size > 1);
    },
  );
}
