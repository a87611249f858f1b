import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { npy as numpy } from "../../tests/npy.ts";
import { runFilmJob } from "../stream/film_job.ts";
import { nihLabels } from "../labels.ts";
import { openDataset } from "./open_dataset.ts";
import { splitFilms } from "../splits/split.ts";
import { verifyFilms } from "../checks/verify.ts";

const npy = (shape: readonly number[], data: Uint8Array<ArrayBuffer>) => numpy("|u1", shape, data);

/** ChestMNIST in small: 3, 2 and 2 films of 4×4; film i is filled with 10·i, its labels are i's bits. */
function arrays(side = 4): Record<string, Uint8Array> {
  const of = (split: string, films: number[]) => ({
    [`${split}_images`]: npy(
      [films.length, side, side],
      Uint8Array.from(films.flatMap((i) => new Array(side ** 2).fill(10 * i))),
    ),
    [`${split}_labels`]: npy(
      [films.length, 14],
      Uint8Array.from(films.flatMap((i) => [...Array(14).keys()].map((b) => i >> b & 1))),
    ),
  });
  return { ...of("train", [0, 1, 5]), ...of("val", [2, 0]), ...of("test", [8192, 3]) };
}

async function withNpz(
  members: Record<string, Uint8Array | string>,
  run: (path: string, bytes: Uint8Array) => Promise<void>,
  { level = 6, name = "chestmnist.npz" } = {},
): Promise<void> {
  const archive = new ZipWriter(new Uint8ArrayWriter(), { level, useWebWorkers: false });
  for (const [name, data] of Object.entries(members)) {
    await archive.add(`${name}.npy`, typeof data === "string" ? new TextReader(data) : new Uint8ArrayReader(data));
  }
  const bytes = await archive.close();
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${directory}/${name}`, bytes);
    await run(`${directory}/${name}`, bytes);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function messageOf(path: string, run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, UserError)).message.replaceAll(path, "FILE");
}

for (const level of [0, 6]) {
  Deno.test(
    `medmnist: the file's own splits, labels and pixels, compression ${level}`,
    needs("read", "write"),
    () =>
      withNpz(arrays(), async (path) => {
        for (const directory of [path, path.replace(/\/[^/]*$/, "")]) {
          const dataset = await openDataset({ directory });
          assertEquals([dataset.kind, dataset.name, dataset.films.length], ["medmnist", path, 7]);
          assertEquals(splitFilms(dataset, { seed: 1 }), { train: [0, 1, 2], val: [3, 4], test: [5, 6] });
          assertEquals(dataset.films.map(({ labels }) => [...labels]), [[14], [0], [0, 2], [1], [14], [13], [0, 1]]);
          assertEquals(dataset.films[5], { image: "test/0", patient: "test/0", labels: [13] });
          await verifyFilms(dataset);
          const { digest: _digest, ...plane } = await runFilmJob(await dataset.job(2), { imageSize: 2 });
          assertEquals(plane, { width: 2, height: 2, pixels: Uint8Array.of(50, 50, 50, 50) });
          assertEquals([...(await runFilmJob(await dataset.job(6), { imageSize: 1 })).pixels], [30]);
        }
      }, { level }),
  );
}

Deno.test(
  "medmnist: label_dict.txt sets the order; No Finding alone may be left out",
  needs("read", "write"),
  () =>
    withNpz(arrays(), async (path) => {
      const open = async (labels: readonly string[]) => {
        const dict = labels.map((label, index) => `${label}:${index}`).join("\n");
        await Deno.writeTextFile(path.replace(/[^/]*$/, "label_dict.txt"), dict);
        return (await openDataset({ directory: path })).films.map((film) => film.labels);
      };
      const findings = nihLabels.slice(0, 14);
      assertEquals(await open(["No Finding", ...findings.toReversed()]), [
        [0],
        [14],
        [12, 14],
        [13],
        [0],
        [1],
        [13, 14],
      ]);
      assertEquals(await open(findings), [[], [0], [0, 2], [1], [], [13], [0, 1]]);
      assertEquals(
        await messageOf(path, () => open(["No Finding", ...findings.slice(1)])),
        "the label_dict.txt beside FILE lacks Atelectasis",
      );
    }),
);

Deno.test(
  "medmnist: a label that is neither 0 nor 1 is refused, not taken for No Finding",
  needs("read", "write"),
  async () => {
    const labels = (value: number) => Float32Array.from({ length: 28 }, (_, i) => i === 15 ? value : 0);
    for (const [value, said] of [[NaN, "NaN"], [-1, "-1"], [0.5, "0.5"], [255, "255"]] as const) {
      await withNpz({ ...arrays(), val_labels: numpy("<f4", [2, 14], labels(value)) }, async (path) =>
        assertEquals(
          await messageOf(path, () => openDataset({ directory: path })),
          `FILE: val_labels says ${said} of Cardiomegaly in row 1, and a label is 0 or 1`,
        ));
    }
    await withNpz({ ...arrays(), val_labels: numpy("<f4", [2, 14], labels(1)) }, async (path) => {
      const { films } = await openDataset({ directory: path });
      assertEquals(films.slice(3, 5).map(({ labels }) => [...labels]), [[14], [1]]);
    });
  },
);

Deno.test(
  "medmnist: what claims more than a data set has is refused by its header",
  needs("read", "write"),
  async () => {
    await withNpz(
      { ...arrays(), train_labels: npy([2 ** 20 + 1, 14], new Uint8Array((2 ** 20 + 1) * 14)) },
      async (path) =>
        assertEquals(
          await messageOf(path, () => openDataset({ directory: path })),
          "FILE: train_labels has 1048577 rows, and at most 1048576 films are read",
        ),
    );
    await withNpz({ ...arrays(), val_images: npy([2, 2000, 1], new Uint8Array(4000)) }, async (path) => {
      const dataset = await openDataset({ directory: path });
      assertEquals(
        await messageOf(path, () => verifyFilms(dataset)),
        "FILE: val_images is [2, 2000, 1], expected uint8 [2, height, width] with sides from 1 to 1024",
      );
    });
  },
);

/** PneumoniaMNIST in small: films of 4×4, labels of one column. */
function ofOneColumn(...labels: number[]): Record<string, Uint8Array> {
  return Object.fromEntries(["train", "val", "test"].flatMap((split) => [
    [`${split}_images`, npy([labels.length, 4, 4], new Uint8Array(16 * labels.length).fill(9))],
    [`${split}_labels`, npy([labels.length, 1], Uint8Array.from(labels))],
  ]));
}

Deno.test(
  "medmnist: PneumoniaMNIST: 0 is No Finding, 1 is Pneumonia, with its own splits",
  needs("read", "write"),
  () =>
    withNpz(ofOneColumn(0, 1, 1), async (path) => {
      const dataset = await openDataset({ directory: path });
      assertEquals([dataset.labels, dataset.notes], [["No Finding", "Pneumonia"], []]);
      assertEquals(dataset.films.map(({ labels }) => labels[0]), [0, 1, 1, 0, 1, 1, 0, 1, 1]);
      assertEquals(splitFilms(dataset, { seed: 1 }), { train: [0, 1, 2], val: [3, 4, 5], test: [6, 7, 8] });
      await verifyFilms(dataset);
      await Deno.writeTextFile(
        path.replace(/[^/]*$/, "label_dict.txt"),
        nihLabels.map((name, i) => `${name}:${i}`).join("\n"),
      );
      const { labels, films, notes } = await openDataset({ directory: path });
      assertEquals([labels, films.slice(0, 2).map((film) => [...film.labels])], [nihLabels, [[14], [6]]]);
      assertEquals(notes, ["label_dict.txt sets 15 labels in place of PneumoniaMNIST's 2"]);
    }, { name: "pneumoniamnist_64.npz" }),
);

Deno.test(
  "medmnist: labels of one column in a file of another name: told, or another set",
  needs("read", "write"),
  async () => {
    await withNpz(ofOneColumn(0, 1), async (path) => {
      assertEquals((await openDataset({ directory: path })).notes, [
        `${path} has labels of one column, as PneumoniaMNIST has: 0 is read as No Finding, 1 as Pneumonia`,
      ]);
    }, { name: "films.npz" });
    const sets = "Of MedMNIST's sets, ChestMNIST and PneumoniaMNIST are of chest films";
    const refused = async (arrays: Record<string, Uint8Array>, name: string, message: string) => {
      await withNpz(
        arrays,
        async (path) => assertEquals(await messageOf(path, () => openDataset({ directory: path })), message),
        { name },
      );
    };
    await refused(ofOneColumn(0, 1), "BreastMNIST_128.npz", `FILE is breastmnist, judging by its name. ${sets}`);
    await refused(
      ofOneColumn(0, 1),
      "chestmnist.npz",
      `FILE: train_labels is [2, 1], and ChestMNIST's has 14 columns. ${sets}`,
    );
    await refused(
      { ...ofOneColumn(0, 1), train_images: npy([2, 4, 4, 3], new Uint8Array(96)) },
      "colors.npz",
      `FILE: train_images is [2, 4, 4, 3], and films are [N, height, width]. It holds color images or volumes. ${sets}`,
    );
    await refused(
      ofOneColumn(0, 3),
      "tissue.npz",
      `FILE: train_labels says 3 of Pneumonia in row 1, and a label is 0 or 1. ${sets}`,
    );
  },
);

Deno.test("medmnist: arrays that are not read are named", needs("read", "write"), async () => {
  await withNpz({ ...arrays(), weights: npy([1], Uint8Array.of(1)) }, async (path) => {
    const { notes } = await openDataset({ directory: path });
    assertEquals(notes, [`${path} has other arrays, which are not read: weights`]);
  });
});

Deno.test("medmnist: damaged, lying and other files are one line each", needs("read", "write"), async () => {
  await withNpz(arrays(), async (path, bytes) => {
    await Deno.writeFile(path, bytes.slice(0, bytes.length - 200));
    assertEquals(
      await messageOf(path, () => openDataset({ directory: path })),
      "FILE is a damaged archive: it has no directory that can be read at its end. Copy or download it again",
    );
  });
  await withNpz({ ...arrays(), val_images: npy([3, 4, 4], new Uint8Array(48)) }, async (path) => {
    const dataset = await openDataset({ directory: path });
    assertEquals(
      await messageOf(path, () => verifyFilms(dataset)),
      "FILE: val_images is uint8 [3, 4, 4], expected uint8 [2, height, width]",
    );
  });
  await withNpz({ ...arrays(), train_labels: npy([3, 1], new Uint8Array(3)) }, async (path) =>
    assertEquals(
      await messageOf(path, () => openDataset({ directory: path })),
      "FILE: train_labels is [3, 1], and ChestMNIST's has 14 columns. " +
        "Of MedMNIST's sets, ChestMNIST and PneumoniaMNIST are of chest films",
    ));
  await withNpz({ ...arrays(), test_images: "no array" }, async (path) => {
    const dataset = await openDataset({ directory: path });
    assertEquals(
      await messageOf(path, () => verifyFilms(dataset)),
      "FILE, array test_images, is not a NumPy array file: it does not begin with \\x93NUMPY",
    );
  });
  await withNpz({ x: npy([1], Uint8Array.of(1)) }, async (path) =>
    assertEquals(
      (await messageOf(path, () => openDataset({ directory: path }))).startsWith(
        "Thorax does not recognize the layout of FILE",
      ),
      true,
    ));
});
