import { assert, assertEquals } from "@std/assert";
import { count } from "../errors.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { run } from "./command.ts";
import { folderFilms, writeFolder } from "./film_folder.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { evaluate, native, splitOf, train } from "./lineage.ts";

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
