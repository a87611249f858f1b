import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { encode } from "fast-png";
import { filmsFolder, needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { openDataset } from "./open_dataset.ts";
import { datasetKind, datasetKinds } from "./readers.ts";

async function messageOf(options: Parameters<typeof openDataset>[0]): Promise<string> {
  return (await assertRejects(() => openDataset(options), UserError)).message;
}

Deno.test("openDataset: without a folder, the phantom, which says that it is synthetic", async () => {
  for (const kind of ["auto", "phantom"] as const) {
    const { name, synthetic } = await openDataset({ kind });
    assertEquals([name, synthetic], ["phantom (synthetic)", true]);
  }
});

Deno.test("openDataset: a kind and a folder that do not go together", async () => {
  assertEquals(
    await messageOf({ kind: "phantom", directory: "films" }),
    "--dataset phantom reads no folder, and films is given. Leave out --data-dir, or choose another --dataset",
  );
  assertEquals(await messageOf({ kind: "nih" }), "--dataset nih needs a folder of films. Give it with --data-dir");
});

Deno.test("openDataset: a kind that there is not, for example out of a newer version's checkpoint", () => {
  const message = (name: string) => assertThrows(() => datasetKind(name), UserError).message;
  assertEquals(message("nhi"), 'there is no dataset kind "nhi"; did you mean nih?');
  assertEquals(message("toString"), 'there is no dataset kind "toString"; the kinds are auto, nih, medmnist, phantom');
  assertEquals(datasetKinds.map(datasetKind), [...datasetKinds]);
});

Deno.test("openDataset: no folder, and nothing recognized in one", needs("read", "films"), async () => {
  assertEquals(await messageOf({ directory: "no/such" }), "no/such does not exist");
  const directory = new URL("dicom", filmsFolder).pathname;
  assertEquals(
    await messageOf({ directory }),
    `Thorax does not recognize the layout of ${directory}: it looked for a label table (Data_Entry*.csv or .csv.gz, with the columns ` +
      "Image Index, Finding Labels, Patient ID), and for an .npz file with the arrays train_images, train_labels, val_images, " +
      "val_labels, test_images, test_labels. It has 3 DICOM files, which Thorax does not read yet. " +
      "Convert DICOM to PNG, for example with DCMTK: dcmj2pnm +on2 +Wm FILE.dcm FILE.png",
  );
  assertEquals((await messageOf({ directory, kind: "medmnist" })).includes("looked for an .npz file"), true);
});

Deno.test(
  "openDataset: a device, or a link to one, is neither a folder nor a file",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    Deno.symlinkSync("/dev/zero", folder.file("zero"));
    for (const directory of ["/dev/null", folder.file("zero"), `${folder.file("zero")}/`]) {
      for (const kind of ["auto", "nih", "medmnist"] as const) {
        const message = await messageOf({ directory, kind });
        assertEquals(message, `${directory.replace(/\/$/, "")} is neither a folder nor a regular file`);
      }
    }
  },
);

const table = (label: string) => `Image Index;Finding Labels;Patient ID\n1.png;${label};1\n`;

Deno.test(
  "openDataset: a table stands for its folder, and is the one that is read",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    Deno.writeFileSync(folder.file("1.png"), encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }));
    Deno.writeTextFileSync(folder.file("Data_Entry_2017.csv"), table("Mass"));
    for (const name of ["own.csv", "own.tsv", "own.txt"]) {
      Deno.writeTextFileSync(folder.file(name), table("No Finding"));
      for (const kind of ["auto", "nih"] as const) {
        const dataset = await openDataset({ directory: folder.file(name), kind });
        assertEquals([dataset.name, dataset.films[0].labels, dataset.notes], [folder.path, [14], []]);
      }
      assertEquals(
        (await messageOf({ directory: folder.file(name), kind: "medmnist" })).startsWith(
          `Thorax does not recognize the layout of ${folder.file(name)}: it looked for an .npz file with the arrays `,
        ),
        true,
      );
    }
    assertEquals((await openDataset({ directory: folder.path, kind: "nih" })).films[0].labels, [4]);
  },
);

Deno.test("openDataset: one film is no dataset", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const film = folder.file("film");
  const remedy = "Name the folder of the films and their labels with --data-dir; deno task predict takes single films";
  Deno.writeFileSync(film, encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }));
  assertEquals(await messageOf({ directory: film }), `${film} is one film (PNG), not a dataset. ${remedy}`);
  Deno.writeTextFileSync(folder.file("a.dcm"), "");
  assertEquals(
    await messageOf({ directory: folder.file("a.dcm") }),
    `${folder.file("a.dcm")} is one film (DICOM), not a dataset. ${remedy}`,
  );
});

Deno.test("openDataset: a folder without a dataset says what it has in its place", needs("read", "write"), async () => {
  const hint = async (files: Record<string, string>) => {
    using folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(folder.file(name).replace(/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(folder.file(name), text);
    }
    const message = await messageOf({ directory: folder.path, kind: "nih" });
    return message.replaceAll(folder.path, "DIR").replace(/^.* Patient ID\)(\. )?/, "");
  };
  assertEquals(await hint({ "notes.md": "" }), "");
  assertEquals(await hint({ "mine.csv": "image,label\n1.png,Mass\n" }), "mine.csv has the columns image, label");
  assertEquals(await hint({ "mine.csv": "" }), "mine.csv cannot be read: DIR/mine.csv has no rows");
  assertEquals(await hint({ "labels.xlsx": "" }), "Save labels.xlsx as CSV");
  assertEquals(
    await hint({ "nih/Data.csv": table("Mass") }),
    "A folder in it has one: --data-dir DIR/nih/Data.csv",
  );
});
