import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "node:path";
import { count } from "../errors.ts";
import { openCheckpoint, writeCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { run, succeed } from "./command.ts";
import { type FolderFilm, folderFilms, writeFolder, writeLinear } from "./film_folder.ts";
import { needs } from "./needs.ts";
import { smallRun } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

/** Trains on a folder for a step. */
const train = (into: string, folder: string, ...options: readonly string[]) =>
  smallRun(
    into,
    ...["--model", writeLinear(into)],
    ...["--data-dir", folder, "--batch-size", "2", "--max-steps", "1", "--split-type", "original"],
    ...options,
  );

const evaluate = async (checkpoint: string, folder: string, ...options: readonly string[]) =>
  JSON.parse(await succeed("evaluate", ["--ckpt-path", checkpoint, "--data-dir", folder, "--json", ...options]));

/** The images of each split, as the run folder tells. */
function splitOf(best: string): Record<"train" | "val" | "test", string[]> {
  const rows = Deno.readTextFileSync(`${dirname(best)}/split.csv`).trim().split("\n").slice(1).map((row) =>
    row.split(",")
  );
  const of = (name: string) => rows.filter(([, , split]) => split === name).map(([image]) => image).sort();
  return { train: of("train"), val: of("val"), test: of("test") };
}

/** What a test says of films that were seen, in the order of the contract. */
const seenOf = ({ seen }: { seen: Record<string, unknown> }) => Object.values(seen);

Deno.test("evaluate: a run's films in a changed folder, by their content", native, async (t) => {
  using folder = temporaryFolder();
  const films = folderFilms({ patients: 20, perPatient: 2 }), data = writeFolder(folder.file("films"), films);
  // each film is decoded, so that its pixels are known
  const { best } = await train(folder.path, data, "--max-steps", "20", "--limit-val-batches", "9");
  const split = splitOf(best);
  const [trained, val, tested] = [split.train.length, split.val.length, split.test.length], seen = trained + val;
  assertEquals([trained + val + tested, tested >= 4 && val >= 2], [40, true]);
  const without = (images: readonly string[]) => films.filter(({ image }) => !images.includes(image));

  await t.step("its own folder: the recorded test films", async () => {
    const result = await evaluate(best, data);
    assertEquals([result.split, result.n, result.patients, ...seenOf(result)], [
      "test",
      tested,
      tested / 2,
      0,
      0,
      0,
      0,
      "known",
    ]);
    assertEquals([result.with_seen, result.estimate], [null, null]);
  });
  await t.step("a test film less: the other test films, and no film that was trained on", async () => {
    const less = writeFolder(folder.file("less"), without([split.test[0]]));
    const result = await evaluate(best, less, "--report", folder.file("r"));
    assertEquals([result.split, result.n, ...seenOf(result)], ["test", tested - 1, 0, 0, 0, 0, "known"]);
    const rows = Deno.readTextFileSync(folder.file("r/predictions.csv")).trim().split("\n").slice(1);
    assertEquals(rows.map((row) => row.split(",")[0]).sort(), split.test.slice(1));
  });
  await t.step("--split all leaves out what was seen, and has a second set of figures", async () => {
    const result = await evaluate(best, data, "--split", "all");
    assertEquals([result.split, result.n, ...seenOf(result)], ["all", tested, seen, seen / 2, 0, seen, "known"]);
    assertEquals(Object.keys(result.with_seen), ["n", "accuracy", "disease_recall", "specificity", "auroc"]);
    assertEquals(result.with_seen.n, 40);
    assertStringIncludes(result.warnings[0], `${seen} films are left out of the figures`);
  });
  await t.step("--keep-seen takes them in", async () => {
    const result = await evaluate(best, data, "--split", "all", "--keep-seen");
    assertEquals([result.n, ...seenOf(result)], [40, seen, seen / 2, 0, 0, "known"]);
    assertEquals(result.with_seen.accuracy, result.accuracy);
    assertStringIncludes(result.warnings[0], `The figures include ${seen} films`);
  });
  await t.step("--split train and val are whole, and say what they are", async () => {
    const [apparent, tuning] = [
      await evaluate(best, data, "--split", "train"),
      await evaluate(best, data, "--split", "val"),
    ];
    assertEquals([apparent.n, apparent.estimate, ...seenOf(apparent)], [
      trained,
      "apparent",
      trained,
      trained / 2,
      0,
      0,
      "known",
    ]);
    assertEquals([tuning.n, tuning.estimate, ...seenOf(tuning)], [val, "tuning", val, val / 2, 0, 0, "known"]);
    assertStringIncludes(apparent.warnings[0], "apparent");
    assertStringIncludes(tuning.warnings[0], "tuning");
  });
  await t.step("renamed and losslessly re-encoded, of other patient numbers: known by their pixels", async () => {
    const copies = films.map((film, i) => ({ ...film, image: `copy${i}.png`, patient: `X${film.patient}` }));
    const copied = writeFolder(folder.file("copies"), copies, { level: 9 });
    const test = await evaluate(best, copied), all = await evaluate(best, copied, "--split", "all");
    assertEquals([test.split, test.n, ...seenOf(test)], ["test", tested, 0, 0, 0, 0, "known"]);
    assertEquals([all.n, ...seenOf(all)], [tested, seen, seen / 2, 0, seen, "known"]);
  });
  await t.step("new films: of a seen patient left out, of a new one counted; neither is in the test", async () => {
    const seenPatient = films.find(({ image }) => image === split.train[0])?.patient ?? "";
    const more: FolderFilm[] = [
      { image: "n1.png", patient: seenPatient, labels: "Effusion", content: "new 1" },
      { image: "n2.png", patient: "77", labels: "No Finding", content: "new 2" },
    ];
    const grown = writeFolder(folder.file("grown"), [...films, ...more]);
    const { stdout, lines } = await run("evaluate", ["--ckpt-path", best, "--data-dir", grown, "--json"]);
    assertEquals(JSON.parse(stdout).n, tested);
    assertEquals(lines, ["2 films of the folder are in no split of the recorded training"]);
    const all = await evaluate(best, grown, "--split", "all", "--report", folder.file("g"));
    assertEquals([all.n, ...seenOf(all), all.with_seen.n], [tested + 1, seen, seen / 2, 0, seen + 1, "known", 42]);
    const rows = Deno.readTextFileSync(folder.file("g/predictions.csv")).trim().split("\n").map((row) =>
      row.split(",")
    );
    assertEquals(rows.filter(([image]) => image.startsWith("n")).map(([, , split]) => split), ["seen", "new"]);
    assertEquals(rows.filter(([, , split]) => split === "test" || split === "new").length, tested + 1);
  });
  await t.step("another hospital's films of other names: all are tested, patient 7 is somebody else", async () => {
    const others = folderFilms({ patients: 30, seed: "elsewhere" }).map((film) => ({
      ...film,
      image: `b${film.image}`,
    }));
    const cohort = writeFolder(folder.file("others"), others);
    const { stdout, lines } = await run("evaluate", ["--ckpt-path", best, "--data-dir", cohort, "--json"]);
    const result = JSON.parse(stdout);
    assertEquals([result.split, result.n, ...seenOf(result)], ["all", 30, 0, 0, 0, 0, "known"]);
    assertEquals(lines, [
      "No film of the folder is one of those that the model was trained, validated or tested on: all 30 films are tested",
    ]);
  });
  await t.step("other films of the same names: counted by name, their patients taken for the same", async () => {
    const namesakes = writeFolder(
      folder.file("namesakes"),
      films.map((film) => ({ ...film, content: `other ${film.content}` })),
    );
    const result = await evaluate(best, namesakes);
    assertEquals([result.split, result.n, ...seenOf(result)], ["all", tested, 0, seen / 2, seen, seen, "known"]);
  });
  await t.step("no film of the split is left: one line", async () => {
    const none = writeFolder(folder.file("none"), without(split.test));
    const { status, lines } = await run("evaluate", ["--ckpt-path", best, "--data-dir", none]);
    assertEquals([status, lines], [2, [
      `error: ${none} holds no film of the test split that ${best} records. Name the folder that it was trained on with ` +
      "--data-dir, or test all films with --split all",
    ]]);
  });
  await t.step("the checkpoint names no film and no patient; the run folder does", () => {
    const text = new TextDecoder("latin1").decode(Deno.readFileSync(best));
    for (const { image } of films) assert(!text.includes(image), image);
    assert(!text.includes('"validation"'));
    assertEquals([...split.train, ...split.val, ...split.test].sort(), films.map(({ image }) => image).sort());
  });
  await t.step("export drops all of it", async () => {
    await succeed("export", ["--ckpt-path", best, "--output", folder.file("x.safetensors")]);
    using exported = await openCheckpoint(folder.file("x.safetensors"));
    assertEquals(exported.metadata.lineage, undefined);
    const result = await evaluate(folder.file("x.safetensors"), data);
    assertEquals([result.split, result.n, ...seenOf(result)], ["all", 40, 0, 0, 0, 0, "unknown"]);
  });
  await t.step("a checkpoint of 0.1.0: its films by name, the rest of its dataset counts as trained on", async () => {
    const old = folder.file("old.safetensors");
    using checkpoint = await openCheckpoint(best);
    const { lineage: _, ...metadata } = checkpoint.metadata;
    const named = { ...metadata, dataset: { ...metadata.dataset, split: { validation: split.val, test: split.test } } };
    await writeCheckpoint(
      old,
      named,
      checkpoint.names.map((name) => ({
        ...{ name, dtype: "F32" as const, shape: checkpoint.shapes.get(name) ?? [] },
        data: () => checkpoint.read(name),
      })),
    );
    const test = await evaluate(old, data), all = await evaluate(old, folder.file("less"), "--split", "all");
    assertEquals([test.split, test.n, ...seenOf(test)], ["test", tested, 0, 0, 0, 0, "unknown"]);
    assertEquals([all.n, ...seenOf(all)], [tested - 1, seen, seen / 2, 0, seen, "unknown"]);
    assertStringIncludes(test.warnings[0], "overlap cannot be excluded");
  });
});

Deno.test("train --ckpt-path: the split of the first training goes on", native, async (t) => {
  using folder = temporaryFolder();
  const films = folderFilms({ patients: 20, perPatient: 2 }), data = writeFolder(folder.file("films"), films);
  const { best } = await train(folder.path, data), split = splitOf(best);

  await t.step("films, of which some are new: test and validation films stay so", async () => {
    const [tested] = films.filter(({ image }) => image === split.test[0]);
    const more = [
      { image: "n1.png", patient: tested.patient, labels: "Effusion", content: "another film" },
      ...folderFilms({ patients: 10, seed: "new" }).map((film) => ({
        ...film,
        image: `m${film.image}`,
        patient: `9${film.patient}`,
      })),
    ];
    const grown = writeFolder(folder.file("grown"), [...films, ...more]);
    const { best: second, lines } = await train(folder.path, grown, "--ckpt-path", best, "--seed", "7");
    const now = splitOf(second);
    assertEquals(
      lines[2],
      "The weights keep the split that they were trained with: 40 films as before, 1 new film with the others of their patients, 10 films of new patients drawn",
    );
    for (const name of ["train", "val", "test"] as const) {
      assertEquals(now[name].filter((image) => image.startsWith("p")), split[name]);
    }
    assert(now.test.includes("n1.png"));
    const { n, seen } = await evaluate(second, grown);
    assertEquals([n, seen.films, seen.lineage], [now.test.length, 0, "known"]);

    const third = await train(folder.path, data, "--weights", second, "--seed", "8");
    assertEquals(splitOf(third.best), split);
    using checkpoint = await openCheckpoint(third.best);
    assertEquals(checkpoint.metadata.lineage?.map(({ type }) => type), ["recorded", "recorded", "recorded"]);
  });
  await t.step("--split-seed alone is refused; with --new-split nothing that was seen is tested on", async () => {
    const args = [
      "--model",
      `${folder.path}/linear.ts`,
      "--data-dir",
      data,
      "--img-size",
      "32",
      "--ckpt-path",
      best,
      "--split-seed",
      "7",
    ];
    const refused = await run("train", [...args, "--ckpt-dir", folder.file("x"), "--log-dir", folder.file("x")]);
    assertEquals([refused.status, refused.lines], [2, [
      "error: --split-seed would draw a new split, and the weights keep the one that they were trained with. Leave it out, " +
      "or give --new-split too",
    ]]);
    const renewed = await train(folder.path, data, "--ckpt-path", best, "--split-seed", "2", "--new-split");
    const now = splitOf(renewed.best);
    assertEquals(now.test.filter((image) => !split.test.includes(image)), []);
    assert(now.test.length > 0 && now.test.length < split.test.length, `${now.test.length} films`);
    const { seen } = await evaluate(renewed.best, data);
    assertEquals(seen.films, 0);
  });
  await t.step("on films of its own, a split is drawn as ever", async () => {
    const others = folderFilms({ patients: 30, seed: "elsewhere" }).map((film) => ({
      ...film,
      image: `b${film.image}`,
    }));
    const cohort = writeFolder(folder.file("others"), others);
    const options = ["--split-seed", "7"];
    const [warm, cold] = [
      await train(folder.path, cohort, "--ckpt-path", best, ...options),
      await train(folder.path, cohort, ...options),
    ];
    assertEquals(splitOf(warm.best), splitOf(cold.best));
    // the films of the first training are seen by the second one's model too
    const { n, seen } = await evaluate(warm.best, data, "--split", "all"), tested = split.test.length;
    assertEquals([n, seen.films, seen.excluded], [tested, 40 - tested, 40 - tested]);
  });
  await t.step("--new-split without earlier weights is refused", async () => {
    const { status, lines } = await run("train", ["--model", "resnet18", "--data-dir", data, "--new-split"]);
    assertEquals([status, lines], [2, [
      "error: --new-split needs weights that Thorax trained before. Name them with --ckpt-path or --weights, or leave it out: " +
      "the split is a new one",
    ]]);
  });
});

Deno.test("train --resume: a film more joins, one less of those held back is refused", native, async () => {
  using folder = temporaryFolder();
  const films = folderFilms({ patients: 20 }), data = writeFolder(folder.file("films"), films);
  const { best, path } = await train(folder.path, data), split = splitOf(best);
  const { lineage: [first] = [] } = await lineageOf(best);
  writeFolder(data, [...films, { image: "n.png", patient: "99", labels: "Effusion", content: "new" }]);
  assertEquals(
    (await run("train", ["--resume", path, "--max-steps", "2", "--log-dir", folder.file("logs")])).status,
    0,
  );
  const now = splitOf(best);
  for (const name of ["val", "test"] as const) {
    assertEquals(now[name].filter((image) => image !== "n.png"), split[name]);
  }
  const { lineage = [] } = await lineageOf(`${path}/final_model.safetensors`);
  assertEquals(lineage.length, 1);
  assert(first.type === "recorded" && lineage[0].type === "recorded" && first.salt === lineage[0].salt);

  const held = now.val.length + now.test.length;
  writeFolder(data, films.filter(({ image }) => image !== split.test[0]));
  const { status, lines } = await run("train", [
    "--resume",
    path,
    "--max-steps",
    "3",
    "--log-dir",
    folder.file("logs"),
  ]);
  assertEquals([status, lines], [2, [
    `error: 1 of the ${
      count(held, "film")
    } that ${path} validates and tests on is not in ${data}. Name the run's own films ` +
    "with --data-dir, or go on without those that are gone: --on-bad-image skip",
  ]]);
  const go = ["--resume", path, "--max-steps", "3", "--log-dir", folder.file("logs"), "--on-bad-image", "skip"];
  const without = await run("train", go);
  assertEquals(without.status, 0, without.lines.join("\n"));
  assert(without.lines.some((line) => line.endsWith(`1 of the ${held} validation and test films not in the folder`)));

  // that these films are gone is no leave to go on with any others, then or later
  const others = folderFilms({ patients: 30, seed: "elsewhere" }).map((film) => ({ ...film, image: `b${film.image}` }));
  const elsewhere = await run("train", [...go, "--data-dir", writeFolder(folder.file("others"), others)]);
  assertEquals([elsewhere.status, elsewhere.lines], [2, [
    `error: ${count(held, "film")} that ${path} validates and tests on are not in ${
      folder.file("others")
    }. Name the run's ` +
    "own films with --data-dir",
  ]]);
});

async function lineageOf(path: string) {
  using checkpoint = await openCheckpoint(path);
  return checkpoint.metadata;
}
