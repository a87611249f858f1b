import { encode } from "fast-png";
import { gzipSync } from "node:zlib";
import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { filmsFolder, needs } from "../../tests/needs.ts";
import { nihLabels } from "../labels.ts";
import { openDataset } from "./open_dataset.ts";
import { splitFilms } from "../splits/split.ts";
import { findProblems, verifyFilms } from "../checks/verify.ts";

const png = encode({ width: 2, height: 2, channels: 1, depth: 8, data: Uint8Array.of(1, 2, 3, 4) });
const header = "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,Size[W,H]";
const row = (image: string, labels: string, patient: number) => `${image},${labels},0,${patient},058Y,F,PA,20,30`;

/** A folder with the given files, gone after the test. */
async function withFolder(
  files: Record<string, string | Uint8Array>,
  run: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(`${directory}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(
        `${directory}/${path}`,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
const table = (...rows: string[]) => [header, ...rows].join("\n") + "\n";

/** The error's message, with the temporary folder's name taken out. */
async function messageOf(directory: string, run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, UserError)).message.replaceAll(directory, "DIR");
}

Deno.test(
  "nih: images in images/, images_001/images/ and flat; every column by its name",
  needs("read", "write"),
  () =>
    withFolder({
      "Data_Entry_2017.csv.gz": new Uint8Array(gzipSync(table(
        row("a.png", "Mass|Atelectasis", 1),
        row("b.png", "No Finding", 2),
        row("c.png", "Hernia", 3),
      ))),
      "images/a.png": png,
      "images_012/images/b.png": png,
      "c.png": png,
      "images/unlisted.png": png,
    }, async (directory) => {
      const dataset = await openDataset({ directory: `${directory}/` });
      assertEquals([dataset.kind, dataset.name, dataset.synthetic, dataset.labels], [
        "nih",
        directory,
        false,
        nihLabels,
      ]);
      assertEquals(dataset.films.map(({ image, labels, patient }) => [image, [...labels], patient]), [
        ["a.png", [0, 4], "1"],
        ["b.png", [14], "2"],
        ["c.png", [13], "3"],
      ]);
      assertEquals(dataset.films[1], {
        image: "b.png",
        labels: [14],
        patient: "2",
        path: `${directory}/images_012/images/b.png`,
        age: 58,
        sex: "F",
        view: "PA",
      });
      await verifyFilms(dataset);
    }),
);

Deno.test(
  "nih: label_dict.txt sets the order; official lists set the test films",
  needs("read", "write"),
  () =>
    withFolder({
      "labels.csv": table(...[1, 2, 3, 4, 5, 6].map((n) => row(`${n}.png`, n % 2 ? "Sick" : "No Finding", n))),
      "label_dict.txt": "No Finding:0\nSick:1\n",
      "test_list.txt": "5.png\r\n6.png\r\nelsewhere.png\r\n",
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`${n}.png`, png])),
    }, async (directory) => {
      const dataset = await openDataset({ directory });
      assertEquals(dataset.films.map(({ labels }) => labels[0]), [1, 0, 1, 0, 1, 0]);
      assertEquals(dataset.predefinedSplit, { given: { test: [4, 5] }, drawn: [0, 1, 2, 3] });
    }),
);

Deno.test(
  "nih: labels without No Finding: a row may say it, or nothing; either is a film without a label",
  needs("read", "write"),
  async () => {
    const cells = ["No Finding", "", "Nodule|Mass", "Mass"];
    const files = (labels: string) => ({
      "labels.csv": table(...cells.map((cell, n) => row(`${n}.png`, cell, n))),
      "label_dict.txt": labels,
      ...Object.fromEntries(cells.map((_, n) => [`${n}.png`, png])),
    });
    await withFolder(files("Mass:0\nNodule:1"), async (directory) => {
      const { labels, films } = await openDataset({ directory });
      assertEquals([labels, films.map((film) => film.labels)], [["Mass", "Nodule"], [[], [], [0, 1], [0]]]);
    });
    await withFolder(files("Mass:0\nEdema:1"), async (directory) => {
      assertEquals(
        await messageOf(directory, () => openDataset({ directory })),
        "DIR/labels.csv has 1 unknown label: Nodule (1 row). " +
          "Correct them, or list every label with its index in label_dict.txt",
      );
    });
  },
);

Deno.test(
  "nih: missing and damaged images are counted, all of them, before anything starts",
  needs("read", "write"),
  () =>
    withFolder({
      "Data_Entry.csv": table(...["a", "b", "c", "d", "e"].map((name, n) => row(`${name}.png`, "No Finding", n))),
      "images/a.png": png,
      "images/b.png": png.slice(0, -5),
      "images/d.png": "GIF89a",
    }, async (directory) => {
      const dataset = await openDataset({ directory });
      assertEquals(dataset.missing, { count: 2, rows: 5, first: "c.png", expected: false });
      assertEquals(
        await messageOf(directory, () => verifyFilms(dataset)),
        "DIR: 2 of 5 images are missing, first: c.png; 2 of 5 images are damaged, first: DIR/images/b.png (truncated). " +
          "Restore them, remove their rows from the table, or leave them out with --on-bad-image skip",
      );
      assertEquals((await findProblems(dataset)).map(({ reason }) => reason), ["truncated", "neither PNG nor JPEG"]);
      const { unreadable, note } = await verifyFilms(dataset, { onBadImage: "skip" });
      assertEquals([...unreadable], [[1, "truncated"], [2, "neither PNG nor JPEG"]]);
      assertEquals(
        note?.replaceAll(directory, "DIR"),
        "DIR: 2 of 5 images are missing, first: c.png; 2 of 5 images are damaged, first: DIR/images/b.png (truncated), " +
          "DIR/images/d.png (neither PNG nor JPEG). They are left out (--on-bad-image skip)",
      );
    }),
);

Deno.test(
  "nih: films of DICOM are not damaged: they are counted apart, with what to do",
  needs("read", "write"),
  () =>
    withFolder({
      "Data_Entry.csv": table(
        row("a.png", "Mass", 1),
        row("b.dcm", "Mass", 2),
        row("c", "Mass", 3),
        row("d.png", "Mass", 4),
      ),
      "images/a.png": png,
      "images/b.dcm": "no preamble",
      "images/c": Uint8Array.of(...new Uint8Array(128), ...new TextEncoder().encode("DICM")),
      "images/d.png": png.slice(0, -5),
    }, async (directory) => {
      const dataset = await openDataset({ directory });
      const counts = "DIR: 1 of 4 images is damaged, first: DIR/images/d.png (truncated); " +
        "2 of 4 images are DICOM, which Thorax does not read yet, first: DIR/images/b.dcm";
      assertEquals(
        await messageOf(directory, () => verifyFilms(dataset)),
        `${counts}. Convert DICOM to PNG, for example with DCMTK: dcmj2pnm +on2 +Wm FILE.dcm FILE.png; or remove their rows from ` +
          "the table, or leave them out with --on-bad-image skip",
      );
      const { unreadable, note } = await verifyFilms(dataset, { onBadImage: "skip" });
      assertEquals([...unreadable.keys()], [1, 2, 3]);
      assertEquals(
        note?.replaceAll(directory, "DIR"),
        `${counts}, DIR/images/c. They are left out (--on-bad-image skip)`,
      );
    }),
);

Deno.test("nih: a folder that contradicts itself is one line", needs("read", "write"), async () => {
  const message = async (files: Record<string, string | Uint8Array>, expected: string) => {
    await withFolder(
      files,
      async (directory) => assertEquals(await messageOf(directory, () => openDataset({ directory })), expected),
    );
  };
  await message(
    { "Data_Entry.csv": table(row("a.png", "Mas|Edema", 1), row("b.png", "Mas", 1)), "a.png": png },
    "DIR/Data_Entry.csv has 1 unknown label: Mas (2 rows; did you mean Mass?). " +
      "Correct them, or list every label with its index in label_dict.txt",
  );
  await message(
    { "Data_Entry.csv": table(row("a.png", "Mass", 1)) },
    "DIR has none of the 1 images that DIR/Data_Entry.csv lists: a.png. " +
      "There is no PNG or JPEG image in it, nor in the folders below it",
  );
  await message(
    { "Data_Entry.csv": table(row("a.png", "Mass", 1), row("a.png", "Mass", 1)), "a.png": png },
    "DIR/Data_Entry.csv lists 1 image more than once, first: a.png",
  );
  await message(
    { "Data_Entry.csv": "Image Index,Finding Labels\na.png,Mass\n" },
    "DIR/Data_Entry.csv has no column Patient ID; it has Image Index, Finding Labels",
  );
  await message(
    { "x.csv": table(row("a.png", "Mass", 1)), "y.csv": table(row("a.png", "Mass", 1)) },
    "DIR has several label tables: x.csv, y.csv. Keep one of them",
  );
});

Deno.test("nih: the real films open whole, and split by patient", needs("read", "films"), async () => {
  const directory = new URL("nih_sample", filmsFolder).pathname;
  const dataset = await openDataset({ directory });
  await verifyFilms(dataset);
  assertEquals([dataset.films.length, dataset.missing], [815, undefined]);
  const counts = nihLabels.map((_, label) => dataset.films.filter(({ labels }) => labels.includes(label)).length);
  assertEquals(counts, [94, 13, 76, 141, 12, 15, 402, 11, 27, 77, 9, 7, 22, 3, 413]);
  assertEquals(dataset.films[0].sex, "M");
  const split = splitFilms(dataset, { seed: 42 });
  assertEquals(split.train.length + split.val.length + split.test.length, 815);
});

Deno.test(
  "nih: ages in years, months and days become whole years; others are left out",
  needs("read", "write"),
  async () => {
    const ages = ["58", "058Y", "010M", "013M", "021D", "730D", "411Y", "", "Y", "58W"];
    const rows = ages.map((age, n) => row(`${n}.png`, "Mass", n + 1).replace("058Y", age));
    const images = Object.fromEntries(ages.map((_, n) => [`${n}.png`, png]));
    await withFolder({ "Data_Entry.csv": table(...rows), ...images }, async (directory) => {
      const { films } = await openDataset({ directory });
      assertEquals(films.map(({ age }) => age), [58, 58, 0, 1, 0, 2, 411, undefined, undefined, undefined]);
    });
  },
);
