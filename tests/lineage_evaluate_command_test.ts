import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openCheckpoint, writeCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { run, succeed } from "./command.ts";
import { type FolderFilm, folderFilms, writeFolder } from "./film_folder.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { evaluate, native, seenOf, splitOf, train } from "./lineage.ts";

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
        name,
        dtype: "F32" as const,
        shape: checkpoint.shapes.get(name) ?? [],
        data: () => checkpoint.read(name),
      })),
    );
    const test = await evaluate(old, data), all = await evaluate(old, folder.file("less"), "--split", "all");
    assertEquals([test.split, test.n, ...seenOf(test)], ["test", tested, 0, 0, 0, 0, "unknown"]);
    assertEquals([all.n, ...seenOf(all)], [tested - 1, seen, seen / 2, 0, seen, "unknown"]);
    assertStringIncludes(test.warnings[0], "overlap cannot be excluded");
  });
});
