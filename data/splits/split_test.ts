import { parse } from "csv-parse/sync";
import { gunzipSync } from "node:zlib";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { filmsFolder, needs } from "../../tests/needs.ts";
import type { Film, PredefinedSplit } from "../dataset.ts";
import { openDataset } from "../readers/open_dataset.ts";
import { assertNoEmptyPart, type Split, splitFilms } from "./split.ts";

/** Films of formula: patient p has 1 + p mod 4 films; labels of rates 1/2, 1/5, 1/25. */
const films: Film[] = Array.from({ length: 400 }, (_, patient) =>
  Array.from({ length: 1 + patient % 4 }, (_, i) => {
    const n = patient * 7 + i * 3;
    const labels = [0, 1, 2].filter((label) => n % [2, 5, 25][label] === 0);
    return { image: `${patient}_${i}.png`, patient: String(patient), labels };
  })).flat();
const dataset = { name: "formula", films };

function assertDisjoint({ train, val, test }: Split, its: readonly Film[]): void {
  const seen = new Map<string, string>();
  for (const [name, split] of Object.entries({ train, val, test })) {
    for (const film of split) {
      const { patient } = its[film];
      assertEquals(seen.get(patient) ?? name, name, `patient ${patient}`);
      seen.set(patient, name);
    }
  }
}

Deno.test("splitFilms: 70/10/20 of the films and of each label, no patient in two splits, every film once", () => {
  const split = splitFilms(dataset, { seed: 42 });
  assertDisjoint(split, films);
  assertEquals([...split.train, ...split.val, ...split.test].sort((a, b) => a - b), [...films.keys()]);
  for (const [name, ratio] of [["train", 0.7], ["val", 0.1], ["test", 0.2]] as const) {
    assertAlmostEquals(split[name].length / films.length, ratio, 0.01, name);
    for (const label of [0, 1, 2]) {
      const total = films.filter(({ labels }) => labels.includes(label)).length;
      const part = split[name].filter((film) => films[film].labels.includes(label)).length;
      assertAlmostEquals(part, ratio * total, 2.5, `${name}, label ${label}`);
    }
  }
});

Deno.test("splitFilms: a function of the films and the seed", () => {
  assertEquals(splitFilms(dataset, { seed: 42 }), splitFilms(dataset, { seed: 42 }));
  assert(splitFilms(dataset, { seed: 42 }).test.join() !== splitFilms(dataset, { seed: 43 }).test.join());
});

Deno.test("splitFilms: official lists: test is theirs, val an eighth of the other's patients, the rest in no split", () => {
  const patientAt = (film: number) => Number(films[film].patient);
  const all = [...films.keys()];
  const trainVal = all.filter((film) => patientAt(film) < 300), test = all.filter((film) => patientAt(film) >= 350);
  const split = splitFilms({ ...dataset, predefinedSplit: { given: { test }, drawn: trainVal } }, { seed: 42 });
  assertDisjoint(split, films);
  assertEquals(split.test, test);
  assertEquals([...split.train, ...split.val].sort((a, b) => a - b), trainVal);
  assertAlmostEquals(split.val.length / trainVal.length, 1 / 8, 0.005);
  assertAlmostEquals(new Set(split.val.map((film) => films[film].patient)).size, 300 / 8, 5);
});

Deno.test("splitFilms: official lists that share a patient are refused", () => {
  const predefinedSplit = { given: { test: [5, 6] }, drawn: [0, 1, 2, 3, 4] };
  assertEquals(
    assertThrows(() => splitFilms({ ...dataset, predefinedSplit }, { seed: 42 }), UserError).message,
    "formula: the official lists share 1 patients, first: 2. " +
      "Take the lists as published, or remove them to have the films split by patient",
  );
});

Deno.test("splitFilms: the data's own three splits stand", () => {
  const given = { train: [9, 1], val: [4], test: [0] };
  assertEquals(splitFilms({ ...dataset, predefinedSplit: { given, drawn: [] } }, { seed: 1 }), given);
});

Deno.test("splitFilms: an empty split is said before anything starts", () => {
  assertEquals(
    assertThrows(() => splitFilms({ name: "one", films: films.slice(0, 1) }, { seed: 42 }), UserError).message,
    "one: the val and test split has no film (train 1, val 0, test 0). " +
      "At least three patients are needed, one for each split, and these are films of 1 patient",
  );
});

Deno.test("splitFilms: three patients are enough", () => {
  const three = Array.from({ length: 6 }, (_, i) => ({ image: `${i}.png`, patient: `${i % 3}`, labels: [0] }));
  const { train, val, test } = splitFilms({ name: "three", films: three }, { seed: 42 });
  assertEquals([train.length, val.length, test.length], [2, 2, 2]);
});

Deno.test("splitFilms: the phantom's split is near its shares as it is drawn, and stays", async () => {
  const { train, val, test } = splitFilms(await openDataset({}), { seed: 42 });
  assertEquals([train.length, val.length, test.length], [446, 64, 130]);
});

Deno.test("an empty split: what the data bring, what lists leave, and what the weights keep, are told apart", () => {
  const message = (predefinedSplit: PredefinedSplit) =>
    assertThrows(() => splitFilms({ ...dataset, predefinedSplit }, { seed: 42 }), UserError).message;
  assertEquals(
    message({ given: { train: [0], val: [], test: [1, 2] }, drawn: [] }),
    "formula: the val split has no film (train 1, val 0, test 2). The data bring a split without films for val. " +
      "Add some, or remove the lists that leave it empty: without lists the films are split by patient",
  );
  assertEquals(
    message({ given: { test: [0] }, drawn: [1, 2] }),
    "formula: the val split has no film (train 2, val 0, test 1). " +
      "The lists leave 1 patient for train and val, and each needs one",
  );
  const split = { train: [...films.keys()], val: [], test: [] };
  assertEquals(
    assertThrows(() => assertNoEmptyPart(split, dataset), UserError).message,
    `formula: the val and test split has no film (train ${films.length}, val 0, test 0). ` +
      "The weights keep the split that they were trained with, which leaves no film here. Add films of other patients",
  );
});

Deno.test("splitFilms: the whole NIH table, 112,120 films, in seconds", needs("read", "films"), async () => {
  const bytes = await Deno.readFile(new URL("Data_Entry_2017_v2020.csv.gz", filmsFolder));
  const rows: string[][] = parse(gunzipSync(bytes), { from_line: 2 });
  const names = [...new Set(rows.flatMap((row) => row[1].split("|")))];
  const index = new Map(names.map((name, i) => [name, i]));
  const nih = rows.map(([image, labels, , patient]) => ({
    image,
    patient,
    labels: labels.split("|").map((name) => index.get(name) ?? -1),
  }));
  const start = performance.now();
  const split = splitFilms({ name: "nih", films: nih }, { seed: 42 });
  const seconds = (performance.now() - start) / 1000;
  assert(seconds < 10, `${seconds} s`);
  assertDisjoint(split, nih);
  for (const [name, ratio] of [["train", 0.7], ["val", 0.1], ["test", 0.2]] as const) {
    assertAlmostEquals(split[name].length / nih.length, ratio, 0.004, name);
    for (const label of names.keys()) {
      const total = nih.filter(({ labels }) => labels.includes(label)).length;
      const part = split[name].filter((film) => nih[film].labels.includes(label)).length;
      assertAlmostEquals(part / total, ratio, 0.01, `${name}, ${names[label]}`);
    }
  }
});
