import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { readdirSync } from "node:fs";
import { runFilmJob } from "../data/stream/film_job.ts";
import { nihLabels } from "../data/labels.ts";
import { normalizer } from "../data/images/normalization.ts";
import { sigmoid } from "../evaluate/sigmoid.ts";
import { run, succeed } from "./command.ts";
import { filmsFolder, needs } from "./needs.ts";
import { npy } from "./npy.ts";
import { smallRun } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test(
  "evaluate: of a checkpoint alone, as JSON and as files",
  needs("ffi", "env", "read", "run", "write"),
  async (t) => {
    using folder = temporaryFolder();
    const { best } = await smallRun(folder.path);
    const result = JSON.parse(
      await succeed("evaluate", ["--ckpt-path", best, "--split", "val", "--json", "--report", folder.file("r")]),
    );

    await t.step("the keys of the contract", () => {
      assertEquals(Object.keys(result), [
        "model",
        "checkpoint",
        "dataset",
        "split",
        "n",
        "patients",
        "counts",
        "normal_by",
        "threshold",
        "accuracy",
        "disease_recall",
        "specificity",
        "auroc",
        "average_precision",
        "confusion",
        "baselines",
        "labels",
        "warnings",
        "estimate",
        "seen",
        "with_seen",
        "unreadable",
      ]);
      assertEquals(Object.keys(result.counts), ["normal", "abnormal"]);
      assertEquals(Object.keys(result.confusion), ["tp", "fp", "tn", "fn"]);
      assertEquals(Object.keys(result.baselines), ["always_abnormal", "always_normal"]);
      assertEquals(Object.keys(result.baselines.always_normal), ["accuracy", "disease_recall"]);
      assertEquals(Object.keys(result.labels[0]), ["label", "positives", "auroc", "average_precision"]);
    });
    await t.step("what was tested on what", () => {
      const { model, checkpoint, dataset, split, n, normal_by, threshold } = result;
      assertEquals([model, checkpoint], ["resnet18", best]);
      assertEquals([dataset, split, n], ["phantom (synthetic)", "val", 64]);
      assertEquals([normal_by, threshold], ["No Finding", 0.5]);
      assertEquals(result.labels.map(({ label }: { label: string }) => label), [...nihLabels]);
      assertStringIncludes(result.warnings[0], "synthetic");
    });
    await t.step("the report: the same document, and the predictions behind it", () => {
      assertEquals(JSON.parse(Deno.readTextFileSync(folder.file("r/evaluation.json"))), result);
      const [header, ...rows] = Deno.readTextFileSync(folder.file("r/predictions.csv")).trim().split(/\r?\n/);
      const columns = nihLabels.flatMap((label) => [`y_${label}`, `p_${label}`, `logit_${label}`]);
      assertEquals(header, ["image,patient,split", ...columns].join());
      assertEquals(rows.length, 64);
      const cells = rows.map((row) => row.split(","));
      assert(cells.every(([, , split]) => split === "val"));
      const right = cells.filter((row) => (Number(row.at(-2)) >= 0.5) === (row.at(-3) === "1")).length;
      assertAlmostEquals(right / 64, result.accuracy, 1e-12);
      assert(cells.every((row) => Number(row.at(-2)) === sigmoid(Math.fround(Number(row.at(-1))))));
    });
  },
);

Deno.test(
  "predict: a film as it is and prepared as NPY agree",
  needs("ffi", "env", "read", "run", "write", "films"),
  async () => {
    using folder = temporaryFolder();
    const { best } = await smallRun(folder.path);
    const images = new URL("nih_sample/images/", filmsFolder);
    const films = readdirSync(images).sort().slice(0, 2).map((name) => `../shared/data/nih_sample/images/${name}`);
    const batch = new Float32Array(2 * 32 * 32);
    for (const [i, path] of films.entries()) {
      const { pixels } = await runFilmJob({ kind: "file", path }, { imageSize: 32 });
      normalizer()(pixels, batch, i * 32 * 32);
    }
    Deno.writeFileSync(folder.file("batch.npy"), npy("<f4", [2, 1, 32, 32], batch));
    const predict = async (...args: string[]) =>
      JSON.parse(await succeed("predict", ["--ckpt-path", best, "--json", ...args]));
    const [ofFilms, ofBatch] = [await predict(...films), await predict("--input", folder.file("batch.npy"))];
    assertEquals(Object.keys(ofFilms), ["model", "labels", "inputs", "logits", "probabilities", "failed"]);
    assertEquals([ofFilms.model, ofFilms.labels, ofFilms.inputs], ["resnet18", [...nihLabels], films]);
    assertEquals(ofBatch.inputs, ["batch.npy[0]", "batch.npy[1]"]);
    assertEquals([ofBatch.logits, ofBatch.probabilities], [ofFilms.logits, ofFilms.probabilities]);
    ofFilms.logits.flat().forEach((logit: number, i: number) =>
      assertAlmostEquals(ofFilms.probabilities.flat()[i], 1 / (1 + Math.exp(-logit)), 1e-12)
    );
    assert(`${ofFilms.logits[0]}` !== `${ofFilms.logits[1]}`, "two films have the same logits");

    const plain = await run("predict", ["--ckpt-path", best, "--input", films[0]]);
    const [head, called, ...rows] = plain.stdout.trimEnd().split("\n");
    const warning = "warning: The model was trained on synthetic films: what it says of other films means nothing.";
    assertEquals([plain.status, plain.lines, head], [0, [warning], films[0]]);
    const byLabel = Object.fromEntries(nihLabels.map((label, i) => [label, ofFilms.probabilities[0][i]]));
    const isNormal = byLabel["No Finding"] >= 0.5;
    assertEquals(called, `  ${isNormal ? "normal: p(No Finding) ≥ 0.5" : "abnormal: p(No Finding) < 0.5"}`);
    const ranked = Object.entries<number>(byLabel).sort(([, a], [, b]) => b - a);
    assertEquals(
      rows.map((row) => row.trim().split(/\s{2,}/)),
      ranked.map(([label, p]) => [label, p.toFixed(4)]),
    );
  },
);
