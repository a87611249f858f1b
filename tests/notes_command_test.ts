import { encode } from "fast-png";
import { assert, assertEquals } from "@std/assert";
import { run } from "./command.ts";
import { needs } from "./needs.ts";
import { smallRun } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** Films of patients `1`, `1.0`, `2`, `2.0` …, and lists that name 16 of them and one that is not there. */
function listedFilms(folder: string): void {
  Deno.mkdirSync(`${folder}/images`, { recursive: true });
  const films = Array.from({ length: 20 }, (_, i) => ({ image: `${i}.png`, patient: `${i >> 1}${i % 2 ? ".0" : ""}` }));
  const rows = films.map(({ image, patient }, i) => `${image},${i % 4 < 2 ? "Mass" : "No Finding"},${patient}`);
  Deno.writeTextFileSync(`${folder}/Data_Entry.csv`, ["Image Index,Finding Labels,Patient ID", ...rows, ""].join("\n"));
  for (const [i, { image }] of films.entries()) {
    const data = Uint8Array.from({ length: 16 }, (_, at) => i * 11 + at);
    Deno.writeFileSync(`${folder}/images/${image}`, encode({ width: 4, height: 4, channels: 1, depth: 8, data }));
  }
  const list = (name: string, from: number, to: number) =>
    Deno.writeTextFileSync(`${folder}/${name}`, films.slice(from, to).map(({ image }) => `${image}\n`).join(""));
  list("train_list.txt", 0, 8);
  list("val_list.txt", 8, 12);
  list("test_list.txt", 12, 16);
  Deno.writeTextFileSync(`${folder}/test_list.txt`, "gone.png\n", { append: true });
}

Deno.test(
  "train and evaluate begin with what was left out, ignored or normalized",
  needs("read", "write", "run", "ffi"),
  async () => {
    using folder = temporaryFolder();
    const data = folder.file("films");
    listedFilms(data);
    const notes = [
      `${data}/Data_Entry.csv, column Patient ID, holds numbers and is compared as numbers: 10 of 20 cells change, first: "0.0" is 0; ` +
      "20 different texts are 10 people",
      "1 of 5 names in test_list.txt is not in the table, first: gone.png",
      "The folder lists a split: train_list.txt (8 films), val_list.txt (4 films), test_list.txt (4 films)",
      "4 of 20 films are in no split, as the lists leave no part for them, first: 16.png",
    ];
    const trained = await smallRun(folder.path, "--data-dir", data, "--split-seed", "7", "--index", "0");
    assertEquals(trained.lines.slice(2, 8), [
      "--device cpu leaves --index without effect",
      ...notes,
      `The split comes with ${data}, so --split-seed has no effect`,
    ]);
    assert(trained.lines.some((line) => line.includes("8 films to train on, 4 to validate, 4 to test")));
    const options = ["--ckpt-path", trained.best, "--lr", "1", "--device", "cpu", "--log-dir", folder.file("logs")];
    const tested = await run("train", ["--test-only", ...options]);
    assertEquals(tested.lines.slice(2, 7), ["--test-only leaves --lr without effect", ...notes]);
  },
);
