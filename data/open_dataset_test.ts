import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { filmsFolder, needs } from "../tests/needs.ts";
import { openDataset } from "./open_dataset.ts";

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
    "the phantom reads no folder, and films is given. Leave out --data-dir, or choose another --dataset",
  );
  assertEquals(await messageOf({ kind: "nih" }), "--dataset nih needs a folder of films. Give it with --data-dir");
});

Deno.test("openDataset: no folder, and nothing recognised in one", needs("read", "films"), async () => {
  assertEquals(await messageOf({ directory: "no/such" }), "no/such does not exist");
  const directory = new URL("dicom", filmsFolder).pathname;
  assertEquals(
    await messageOf({ directory }),
    `${directory} is no dataset that is known: looked for a label table (Data_Entry*.csv or .csv.gz, with the columns ` +
      "Image Index, Finding Labels, Patient ID), and for an .npz file with the arrays train_images, train_labels, val_images, " +
      "val_labels, test_images, test_labels",
  );
  assertEquals((await messageOf({ directory, kind: "medmnist" })).includes("looked for an .npz file"), true);
});
