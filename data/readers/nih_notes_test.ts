import { encode } from "fast-png";
import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import type { Dataset } from "../dataset.ts";
import { openDataset } from "./open_dataset.ts";
import { splitFilms } from "../splits/split.ts";

const png = encode({ width: 2, height: 2, channels: 1, depth: 8, data: Uint8Array.of(1, 2, 3, 4) });
const table = (...rows: string[]) => ["Image Index,Finding Labels,Patient ID", ...rows, ""].join("\n");
/** A row for each patient, `0.png`, `1.png` …: Mass and No Finding in turn. */
const rowsOf = (patients: readonly (string | number)[]) =>
  patients.map((patient, i) => `${i}.png,${i % 2 ? "No Finding" : "Mass"},${patient}`);
const people = (count: number) => [...Array(count).keys()].map((i) => i + 1);

/** Opens a folder of these files (an empty text is an image) and tells what is said of it, its name left out. */
async function open(files: Record<string, string>): Promise<{ dataset: Dataset; notes: string[] }> {
  using folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const path = folder.file(name);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeFileSync(path, text === "" ? png : new TextEncoder().encode(text));
  }
  try {
    const dataset = await openDataset({ directory: folder.path });
    return { dataset, notes: dataset.notes.map((note) => note.replaceAll(folder.path, "DIR")) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message.replaceAll(folder.path, "DIR"));
  }
}
const images = (count: number) => Object.fromEntries([...Array(count).keys()].map((i) => [`images/${i}.png`, ""]));
const messageOf = async (files: Record<string, string>) => (await assertRejects(() => open(files), UserError)).message;
const lines = (...names: (string | number)[]) =>
  names.map((name) => typeof name === "number" ? `${name}.png` : name).join("\n");

Deno.test("nih: a whole folder has nothing to tell", needs("read", "write"), async () => {
  assertEquals((await open({ "Data_Entry.csv": table(...rowsOf(people(4))), ...images(4) })).notes, []);
});

Deno.test("nih: films on no list, and names that are not there, are counted", needs("read", "write"), async () => {
  const { dataset, notes } = await open({
    "Data_Entry.csv": table(...rowsOf(people(20)), "x.png,Mass,30"),
    ...images(20),
    "x.png": "",
    "train_val_list.txt": lines(...Array(8).keys(), "gone.png"),
    "test_list.txt": `\ufeff${lines("images/8.png", 9, "", "lost.png").replaceAll("\n", "\r\n")}`,
  });
  assertEquals(notes, [
    "1 of 3 names in test_list.txt is not in the table, first: lost.png",
    '1 of 3 names in test_list.txt is matched in another form, first: "images/8.png" is 8.png',
    "1 of 9 names in train_val_list.txt is not in the table, first: gone.png",
    "The folder lists a split: test_list.txt (2 films), train_val_list.txt (8 films)",
    "11 of 21 films are in no split, as the lists leave no part for them, first: 10.png",
  ]);
  const { train, val, test } = splitFilms(dataset, { seed: 42 });
  assertEquals([train.length, val.length, test], [7, 1, [8, 9]]);
});

Deno.test("nih: lists for training, validation and testing are honored together", needs("read", "write"), async () => {
  const { dataset, notes } = await open({
    "Data_Entry.csv": table(...rowsOf(people(6))),
    ...images(6),
    "train_list.txt": lines(0, 1, 2),
    "val_list.txt": lines(5),
    "test_list.txt": lines(4, 3),
  });
  assertEquals(notes, [
    "The folder lists a split: train_list.txt (3 films), val_list.txt (1 film), test_list.txt (2 films)",
  ]);
  assertEquals(splitFilms(dataset, { seed: 42 }), { train: [0, 1, 2], val: [5], test: [3, 4] });
});

Deno.test(
  "nih: a training list alone holds the validation films; other lists are named",
  needs("read", "write"),
  async () => {
    const { dataset, notes } = await open({
      "Data_Entry.csv": table(...rowsOf(people(12))),
      ...images(12),
      "train_list.txt": lines(...Array(8).keys()),
      "my_list.txt": lines(1),
    });
    assertEquals(notes, [
      "my_list.txt is not read: lists are called train_list.txt, val_list.txt, test_list.txt or train_val_list.txt",
      "There is no val_list.txt, so an eighth of the patients of train_list.txt is for validation",
      "The folder lists a split: train_list.txt (8 films)",
      "4 of 12 films are on no list, and so for test, first: 8.png",
    ]);
    const { train, val, test } = splitFilms(dataset, { seed: 42 });
    assertEquals([train.length, val.length, test], [7, 1, [8, 9, 10, 11]]);
  },
);

Deno.test(
  "nih: lists that contradict each other, share a patient or are of one kind",
  needs("read", "write"),
  async () => {
    const films = { "Data_Entry.csv": table(...rowsOf([1, 2, 3, "03"])), ...images(4) };
    assertEquals(
      await messageOf({ ...films, "train_list.txt": lines(0, 1), "test_list.txt": lines(1, 2) }),
      "DIR: 1.png is on train_list.txt and test_list.txt. Keep it on one of them: a film is in one part of the split",
    );
    assertEquals(
      await messageOf({ ...films, "val_list.txt": lines(0), "valid_list.txt": lines(1) }),
      "DIR has val_list.txt and valid_list.txt. Keep one of them",
    );
    const { dataset } = await open({
      ...films,
      "train_list.txt": lines(0),
      "val_list.txt": lines(1, 3),
      "test_list.txt": lines(2),
    });
    const { message } = await assertRejects(() => Promise.try(() => splitFilms(dataset, { seed: 42 })), UserError);
    assertEquals(message.includes("the official lists share 1 patients, first: 3. Take the lists as published"), true);
  },
);

Deno.test("nih: one patient in four spellings is one", needs("read", "write"), async () => {
  const { dataset, notes } = await open({
    "Data_Entry.csv": table(...rowsOf(["7", "7.0", '" 7"', "007", "8", "9"])),
    ...images(6),
  });
  assertEquals(dataset.films.map(({ patient }) => patient), ["7", "7", "7", "7", "8", "9"]);
  assertEquals(notes, [
    "DIR/Data_Entry.csv, column Patient ID, holds numbers and is compared as numbers: 3 of 6 cells change, first: " +
    '"7.0" is 7; 6 different texts are 3 people',
  ]);
});

Deno.test("nih: patients that are no value are missing, not one person", needs("read", "write"), async () => {
  assertEquals(
    await messageOf({ "Data_Entry.csv": table(...rowsOf([1, "nan", "nan", 2])), ...images(4) }),
    "DIR/Data_Entry.csv has no patient for 2 images, first: 1.png",
  );
});

Deno.test("nih: empty, blank and nan labels are unknown, not No Finding", needs("read", "write"), async () => {
  assertEquals(
    await messageOf({ "Data_Entry.csv": table("0.png,,1", "1.png,nan,2", '2.png,"  ",3'), ...images(3) }),
    "DIR/Data_Entry.csv has 2 unknown labels: (empty) (2 rows), nan (1 row). " +
      "Correct them, or list every label with its index in label_dict.txt. A cell of a normal film says No Finding",
  );
});

Deno.test("nih: the rows of the published table that have no film are counted", needs("read", "write"), async () => {
  const rows = Array.from({ length: 112_120 }, (_, i) => `${i}.png,No Finding,${i}`);
  const { dataset, notes } = await open({ "Data_Entry_2017.csv": table(...rows), ...images(40) });
  assertEquals(notes, [
    "112080 of 112120 rows of DIR/Data_Entry_2017.csv have no image in the folder and are left out, first: 40.png",
  ]);
  assertEquals([dataset.films.length, dataset.missing?.expected], [40, true]);
});

Deno.test(
  "nih: what is read and what is not: tables, archives, labels, files of one name",
  needs("read", "write"),
  async () => {
    const { dataset, notes } = await open({
      "Data_Entry_2017.csv": table(...rowsOf(people(3))),
      "Data_Entry_2017_v2020.csv": table("0.png,Nodule,1", "1.png,No Finding|Nodule,2"),
      "labels.csv": table(...rowsOf(people(2))),
      "chestmnist.npz": "none",
      "label_dict.txt": "No Finding:0\nNodule:1\n",
      "images_002/0.png": "",
      "images_001/images/0.png": "",
      "images_001/1.png": "",
      "plot.png": "",
    });
    assertEquals(notes, [
      "The labels are read from Data_Entry_2017_v2020.csv, and not from Data_Entry_2017.csv, labels.csv, chestmnist.npz",
      "label_dict.txt sets 2 labels in place of NIH's 15",
      "1 of 3 images in the folder is not in DIR/Data_Entry_2017_v2020.csv and left out, first: plot.png",
      "1 of 3 image names is there more than once, first: DIR/images_001/images/0.png is read, and not DIR/images_002/0.png",
      "1 of 2 films is marked No Finding beside a finding, first: 1.png",
    ]);
    assertEquals(dataset.films.length, 2);
  },
);

Deno.test(
  "nih: composed and decomposed names are one image, and twice is refused",
  needs("read", "write"),
  async () => {
    const { dataset } = await open({ "Data_Entry.csv": table("Zo\u00eb.png,Mass,1"), "images/Zoe\u0308.png": "" });
    assertEquals(dataset.films.map(({ image }) => image), ["Zo\u00eb.png"]);
    assertEquals(
      await messageOf({ "Data_Entry.csv": table("Zo\u00eb.png,Mass,1", "Zoe\u0308.png,Mass,2"), "Zo\u00eb.png": "" }),
      "DIR/Data_Entry.csv lists 1 image more than once, first: Zo\u00eb.png",
    );
  },
);

Deno.test("nih: pipes as a table, a list, labels and an image do not hang", needs("read", "write", "run"), async () => {
  using folder = temporaryFolder();
  const pipe = async (name: string) => {
    await new Deno.Command("mkfifo", { args: [folder.file(name)] }).output();
  };
  const message = async () => (await assertRejects(() => openDataset({ directory: folder.path }), UserError)).message;
  Deno.writeTextFileSync(folder.file("Data_Entry.csv"), table(...rowsOf(people(2))));
  Deno.writeFileSync(folder.file("0.png"), png);
  await pipe("1.png");
  assertEquals((await openDataset({ directory: folder.path })).missing?.first, "1.png");
  for (const name of ["test_list.txt", "label_dict.txt", "Data_Entry_2.csv"]) {
    await pipe(name);
    assertEquals(await message(), `${folder.file(name)} is not a file`);
    if (name !== "Data_Entry_2.csv") Deno.removeSync(folder.file(name));
  }
});
