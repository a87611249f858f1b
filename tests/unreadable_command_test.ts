/** Films that cannot be read, from the check before training to the test after it; and which weights are tested. */
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openDataset } from "../data/readers/open_dataset.ts";
import { splitFilms } from "../data/splits/split.ts";
import { nihLabels } from "../data/labels.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { type ProcessResult, run, succeed } from "./command.ts";
import { damageMiddle, folderFilms, writeFolder, writeLinear } from "./film_folder.ts";
import { needs } from "./needs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

/** A cohort, its split, and how to train on it. */
async function cohort(folder: string, count: number) {
  const model = writeLinear(folder);
  const films = writeFolder(`${folder}/films`, folderFilms({ patients: count }), { level: 9 });
  const dataset = await openDataset({ directory: films });
  const split = splitFilms(dataset, { seed: 42 });
  const imageOf = (film: number) => dataset.films[film].path ?? "";
  const nameOf = (film: number) => dataset.films[film].image;
  const places = ["--ckpt-dir", `${folder}/c`, "--log-dir", `${folder}/l`];
  const common = ["--model", model, "--data-dir", films, "--img-size", "32", "--batch-size", "8", "--device", "cpu"];
  const train = async (...options: string[]): Promise<ProcessResult & { path: string }> => {
    const ended = await run("train", [...common, ...places, "--split-type", "original", ...options]);
    return { ...ended, path: /run folder (.+)/.exec(ended.lines.join("\n"))?.[1] ?? "" };
  };
  return { films, split, imageOf, nameOf, places, train };
}

Deno.test(
  "train: a film that is damaged in its middle is left out, of the training and of the test",
  native,
  async (t) => {
    using folder = temporaryFolder();
    const { split, imageOf, nameOf, train } = await cohort(folder.path, 250);
    const trained = split.train[7], tested = split.test[3], held = split.val[0];
    for (const film of [trained, tested]) damageMiddle(imageOf(film));
    const { status, stdout, lines, path } = await train("--epochs", "3");
    const best = `${path}/best_model.safetensors`;

    await t.step("the run completes, and names each of them once", () => {
      assertEquals(status, 0, lines.join("\n"));
      for (const film of [trained, tested]) {
        const told = lines.filter((line) =>
          line.startsWith(`${nameOf(film)} is left out: ${imageOf(film)} cannot be decoded`)
        );
        assertEquals(told.length, 1, lines.join("\n"));
      }
      assertEquals(lines.filter((line) => line.includes("left out")).length, 2);
      assertStringIncludes(stdout, "Not in these numbers: 1 unreadable film.");
    });
    await t.step("the test counts it, and has all other films", () => {
      const result = JSON.parse(Deno.readTextFileSync(`${path}/report/evaluation.json`));
      assertEquals([result.n, result.unreadable], [split.test.length - 1, 1]);
      const images = Deno.readTextFileSync(`${path}/report/predictions.csv`).trim().split(/\r?\n/).slice(1)
        .map((row) => row.split(",")[0]);
      assertEquals(images, split.test.filter((film) => film !== tested).map(nameOf));
    });
    await t.step("every step but the last of an epoch has a whole batch", () => {
      const rows = Deno.readTextFileSync(`${path}/metrics.csv`).split("\n").filter((row) => row.includes(",train,"));
      assertEquals(rows.length, 3 * Math.ceil((split.train.length - 1) / 8));
    });
    await t.step("evaluate says the same", async () => {
      const { status, stdout, lines } = await run("evaluate", ["--ckpt-path", best, "--json", "--batch-size", "8"]);
      const { n, unreadable } = JSON.parse(stdout);
      assertEquals([status, n, unreadable, lines.length], [0, split.test.length - 1, 1, 1], lines.join("\n"));
      const { unreadable: none } = JSON.parse(
        await succeed("evaluate", ["--ckpt-path", best, "--json", "--split", "val"]),
      );
      assertEquals(none, 0);
    });
    await t.step("more than 1 %: status 1, the state is there, and mended it goes on", async () => {
      const whole = Deno.readFileSync(imageOf(held));
      damageMiddle(imageOf(held));
      const stopped = await train("--epochs", "2");
      const end = stopped.lines.slice(-2);
      assertEquals([stopped.status, stopped.stdout, end], [1, "", [
        `Too many films cannot be decoded; the state is kept. Go on with: deno task train --resume ${stopped.path}`,
        "error: 3 of 250 films cannot be decoded, which is more than 1 %. Restore them, or move them away and give --on-bad-image skip",
      ]]);
      const tooMany = await run("evaluate", ["--ckpt-path", best, "--split", "all"]);
      assertEquals([tooMany.status, tooMany.stdout, tooMany.lines.at(-1)], [1, "", end[1]]);

      Deno.writeFileSync(imageOf(held), whole);
      const resumed = await run("train", ["--resume", stopped.path, "--log-dir", `${folder.path}/l`]);
      assertEquals(resumed.status, 0, resumed.lines.join("\n"));
      // the mended film is another file, of a patient that the run knows
      assertMatch(resumed.lines[2], /: 249 films as before, 1 new film with the others of their patients$/);
      assertMatch(resumed.lines[5], /^Going on after step \d+$/);
    });
  },
);

Deno.test(
  "train: what the check finds ends the run before it starts, or is left out with --on-bad-image skip",
  native,
  async () => {
    using folder = temporaryFolder();
    const { films, split, imageOf, nameOf, train } = await cohort(folder.path, 60);
    const [one, two] = [split.train[2], split.test[1]];
    for (const film of [one, two]) Deno.truncateSync(imageOf(film), 90);
    const summary = `${films}: 2 of 60 images are damaged, first: `;
    const refused = await train();
    assertEquals([refused.status, refused.lines.length], [2, 1]);
    assertStringIncludes(refused.lines[0], summary);
    assertStringIncludes(refused.lines[0], "or leave them out with --on-bad-image skip");

    const { status, lines, path } = await train("--on-bad-image", "skip", "--epochs", "1");
    const sorted = [one, two].sort((a, b) => a - b).map((film) => `${imageOf(film)} (truncated)`).join(", ");
    assertEquals([status, lines[2]], [0, `${summary}${sorted}. They are left out (--on-bad-image skip)`]);
    const [train1, val1, test1] = [split.train.length - 1, split.val.length, split.test.length - 1];
    assertStringIncludes(lines[3], `${train1} films to train on, ${val1} to validate, ${test1} to test;`);
    const best = `${path}/best_model.safetensors`;
    // the split that is kept has it: restored, it is no film to train on
    assertMatch(Deno.readTextFileSync(`${path}/split.csv`), new RegExp(`^${nameOf(two)},.*,test$`, "m"));
    const report = JSON.parse(Deno.readTextFileSync(`${path}/report/evaluation.json`));
    const evaluated = JSON.parse(await succeed("evaluate", ["--ckpt-path", best, "--json", "--on-bad-image", "skip"]));
    for (const { n, unreadable } of [report, evaluated]) assertEquals([n, unreadable], [test1, 1]);
    assertEquals((await run("evaluate", ["--ckpt-path", best])).status, 2);
  },
);

Deno.test(
  "train: the best weights are tested, not the last, and a loss that a constant beats is told",
  native,
  async () => {
    using folder = temporaryFolder();
    const { split, train } = await cohort(folder.path, 100);
    const { status, stdout, lines, path } = await train("--epochs", "4", "--lr", "0.1");
    assertEquals(status, 0, lines.join("\n"));
    using best = await openCheckpoint(`${path}/best_model.safetensors`);
    assert(best.metadata.epoch < 4);
    const evaluate = (name: string) =>
      succeed("evaluate", ["--ckpt-path", `${path}/${name}_model.safetensors`, "--batch-size", "8"]);
    assertEquals([await evaluate("best") === stdout, await evaluate("final") === stdout], [true, false]);
    assertMatch(
      lines.at(-4) ?? "",
      /^The best validation loss, \d\.\d{4}, is above 0\.\d{4}, which always answering each /,
    );

    // the loss of the test is the mean of its batches' means
    const [header, ...rows] = Deno.readTextFileSync(`${path}/report/predictions.csv`).trim().split(/\r?\n/)
      .map((row) => row.split(","));
    assertEquals(rows.length, split.test.length);
    const losses = rows.map((row) => {
      const cell = (column: string) => Number(row[header.indexOf(column)]);
      const terms = nihLabels.map((label) =>
        -Math.log(cell(`y_${label}`) ? cell(`p_${label}`) : 1 - cell(`p_${label}`))
      );
      return terms.reduce((sum, term) => sum + term, 0) / terms.length;
    });
    const batches = Array.from({ length: Math.ceil(rows.length / 8) }, (_, i) => losses.slice(8 * i, 8 * i + 8));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const tested = Deno.readTextFileSync(`${path}/metrics.csv`).trim().split("\n").at(-1)?.split(",") ?? [];
    assertEquals(tested.slice(0, 3), [`${best.metadata.epoch}`, `${best.metadata.step}`, "test"]);
    assertAlmostEquals(Number(tested[3]), mean(batches.map(mean)), 1e-6);
  },
);
