import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Dataset } from "../data/dataset.ts";
import { splitFilms } from "../data/splits/split.ts";
import { identifyFilms } from "../data/identity/identify.ts";
import { UserError } from "../errors.ts";
import { recordGeneration } from "../lineage/generation.ts";
import { engineTest } from "../runtime/testing.ts";
import { writeExportable } from "../tests/exportable.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyDataset } from "../tests/tiny.ts";
import { openTrainedModel } from "../trained/open_trained_model.ts";
import { evaluateModel } from "./evaluate_model.ts";
import { planEvaluation } from "./evaluation_plan.ts";
import { syntheticModelWarning } from "./seen.ts";

const { labels } = tinyDataset(0);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Writes the checkpoint of a run with this split. */
async function writeRun(path: string, dataset: Dataset, split: Record<"train" | "val" | "test", readonly number[]>) {
  const own = recordGeneration(await identifyFilms(dataset), split);
  await writeExportable(path, "tiny", linearModel(), labels, { lineage: [own] });
}

engineTest("planEvaluation: a recorded split is tested, and not the one that its seed draws", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), dataset = tinyDataset(21);
  const recorded = { train: range(0, 9), val: range(9, 12), test: range(12, 20) }; // film 20 is new
  await writeRun(path, dataset, recorded);
  const drawn = splitFilms(dataset, { seed: 42 });
  using trained = await openTrainedModel(path);
  for (const split of ["train", "val", "test"] as const) {
    await using plan = await planEvaluation(trained, dataset, { split });
    assertEquals(plan.testFilms.films, recorded[split]);
    assertEquals(plan.notes, ["1 film of the folder is in no split of the recorded training"]);
    assertEquals(`${drawn[split]}` === `${recorded[split]}`, false);
  }
});

engineTest("planEvaluation: films of the split that are gone are counted, of validation as of the test", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors");
  await writeRun(path, tinyDataset(21), { train: range(0, 9), test: range(9, 12), val: range(12, 21) });
  using trained = await openTrainedModel(path);
  const notesOf = async (split: "val" | "test") => {
    await using plan = await planEvaluation(trained, tinyDataset(18), { split });
    return plan.notes;
  };
  assertEquals(await notesOf("val"), ["3 of the 9 recorded validation films are not in the folder"]);
  assertEquals(await notesOf("test"), []);
});

engineTest("evaluateModel: all films are tested, those that were seen left out, and reported beside", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), dataset = tinyDataset(21);
  await writeRun(path, dataset, { train: range(0, 9), val: range(9, 12), test: range(12, 20) });
  using trained = await openTrainedModel(path);
  const before = tf.memory().numTensors, predicted: number[] = [];
  const evaluation = await evaluateModel(trained, {
    dataset,
    split: "all",
    batchSize: 8,
    report: folder.file("report"),
    onPredicted: (films) => predicted.push(films),
  });
  const { n, seen, withSeen, splits, unreadable, predictions } = evaluation;
  assertEquals([n, withSeen?.n, unreadable, predictions.films.length], [9, 21, 0, 21]);
  assertEquals(seen, { films: 12, patients: 12, byName: 0, excluded: 12, lineage: "known" });
  assertEquals(splits, [
    ...range(0, 9).map(() => "train"),
    "val",
    "val",
    "val",
    ...range(12, 20).map(() => "test"),
    "new",
  ]);
  assertEquals([predicted, tf.memory().numTensors], [[8, 16, 21], before]);
  const document = JSON.parse(Deno.readTextFileSync(`${folder.file("report")}/evaluation.json`));
  assertEquals([document.checkpoint, document.n, document.with_seen.n, document.seen.by_name], [path, 9, 21, 0]);
  const rows = Deno.readTextFileSync(`${folder.file("report")}/predictions.csv`).trimEnd().split("\n");
  assertEquals([rows.length, rows[21].split(",").slice(0, 3)], [22, ["tiny-20", "patient-20", "new"]]);
});

engineTest("evaluateModel: kept in, the films that were seen are in the main figures", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), dataset = tinyDataset(21);
  await writeRun(path, dataset, { train: range(0, 9), val: range(9, 12), test: range(12, 21) });
  using trained = await openTrainedModel(path);
  const { n, seen } = await evaluateModel(trained, { dataset, split: "all", keepSeen: true });
  assertEquals([n, seen.films, seen.excluded], [21, 12, 0]);
});

engineTest("evaluateModel: a split of the training is tested whole, and says what its figures are", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), dataset = tinyDataset(21);
  await writeRun(path, dataset, { train: range(0, 9), val: range(9, 12), test: range(12, 21) });
  using trained = await openTrainedModel(path);
  for (const [split, n, estimate] of [["train", 9, "apparent"], ["val", 3, "tuning"], ["test", 9, null]] as const) {
    const evaluation = await evaluateModel(trained, { dataset, split });
    assertEquals([evaluation.n, evaluation.estimate, evaluation.withSeen], [n, estimate, null]);
    assertEquals([evaluation.seen.films, evaluation.seen.excluded], [split === "test" ? 0 : n, 0]);
  }
});

engineTest("evaluateModel: films are normalized as the checkpoint says", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), dataset = tinyDataset(3), mean = 0.25, std = 2;
  await writeExportable(path, "tiny", linearModel(), labels, {
    preprocessing: { imageSize: 8, mean, std, channels: 1, resize: "bilinear-antialias" },
  });
  using trained = await openTrainedModel(path);
  const { predictions: { logits } } = await evaluateModel(trained, { dataset, split: "all", batchSize: 3 });
  const weights = await trained.load();
  const kernel = weights["head/kernel"].dataSync(), bias = weights["head/bias"].dataSync();
  tf.dispose({ ...weights });
  for (const film of range(0, 3)) {
    const isBright = (pixel: number) => film < 2 && Math.floor(pixel / 32) === film;
    for (const label of range(0, 3)) {
      const expected = range(0, 64).reduce((sum, pixel) => {
        const value = (isBright(pixel) ? 220 : 60) / 255;
        return sum + (value - mean) / std * kernel[pixel * 3 + label];
      }, bias[label]);
      assertAlmostEquals(logits[film * 3 + label], expected, 1e-4);
    }
  }
});

engineTest("evaluateModel: in bfloat16 the logits are near those of float32, and others", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), dataset = tinyDataset(6);
  await writeExportable(path, "tiny", linearModel(), labels);
  using trained = await openTrainedModel(path);
  const logitsIn = async (precision: "float32" | "bfloat16") =>
    (await evaluateModel(trained, { dataset, split: "all", precision })).predictions.logits;
  const [exact, rounded] = [await logitsIn("float32"), await logitsIn("bfloat16")];
  assertEquals([exact.length, exact.every((logit, i) => logit === rounded[i])], [18, false]);
  for (const [i, logit] of exact.entries()) assertAlmostEquals(rounded[i], logit, 0.1);
});

engineTest("evaluateModel: a model of synthetic films is warned of on real films alone", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors");
  await writeExportable(path, "tiny", linearModel(), labels);
  using trained = await openTrainedModel(path);
  const isWarned = async (synthetic: boolean) => {
    const { warnings } = await evaluateModel(trained, { dataset: { ...tinyDataset(3), synthetic }, split: "all" });
    return warnings.includes(syntheticModelWarning);
  };
  assertEquals([await isWarned(false), await isWarned(true)], [true, false]);
});

engineTest(
  "planEvaluation: other labels, and a split without a film left, are refused before anything is made",
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("a.safetensors"), report = folder.file("report");
    await writeRun(path, tinyDataset(21), { train: range(0, 9), val: range(9, 12), test: range(12, 21) });
    using trained = await openTrainedModel(path);
    const others = { ...tinyDataset(21), labels: ["Nodule", "Mass", "No Finding"] };
    await assertRejects(
      () => planEvaluation(trained, others, { report }),
      UserError,
      `${path} was trained on other labels (Mass, Nodule, No Finding) than tiny (synthetic) has (Nodule, Mass, No Finding)`,
    );
    await assertRejects(
      () => planEvaluation(trained, tinyDataset(9)),
      UserError,
      `tiny (synthetic) holds no film of the test split that ${path} records`,
    );
    assertEquals(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), ["a.safetensors"]);
  },
);
