import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { findImages } from "./find_images.ts";
import { openDataset } from "../readers/open_dataset.ts";

/** A folder of these empty files, `data/` within it being the data folder. */
function folderOf(...files: string[]) {
  const folder = temporaryFolder();
  for (const file of files) {
    const path = folder.file(`data/${file}`);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, "");
  }
  return { ...folder, data: folder.file("data") };
}

/** What names are found as, and what is told of it, paths from the data folder on. */
async function find(files: readonly string[], names: readonly string[]) {
  using folder = folderOf(...files);
  const { paths, notes, ambiguous, unlisted } = await findImages(folder.data, names);
  const from = (text: string) => text.replaceAll(`${folder.data}/`, "");
  return { paths: paths.map((path) => path && from(path)), notes: [...notes, ...ambiguous].map(from), unlisted };
}

Deno.test("findImages: each way in which a table and a disk differ, counted", needs("read", "write"), async () => {
  for (
    const [file, name, how] of [
      ["images_001/images/a.png", "images_001/images/a.png", undefined],
      ["sample/images/a.png", "a.png", "by the end of the path"],
      ["images-224/images-224/a.png", "a.png", "by the end of the path"],
      ["Images/a.png", "a.png", "by the end of the path"],
      ["images/a.png", "images_001/images/a.png", "by the end of the path"],
      ["images/a.png", "/home/someone/nih/images_001/images/a.png", "by the end of the path"],
      ["images/a.png", "C:\\data\\images\\a.png", "by the end of the path"],
      ["images/a.png", "./images/a.png", "by the end of the path"],
      ["images/a.PNG", "a.png", "in other letter case"],
      ["images/a.png", "A.png", "in other letter case"],
      ["Images/A.JPG", "images/a.jpg", "in other letter case"],
      ["images/a.jpg", "a.png", "with another extension"],
      ["images/a.png", "a", "with another extension"],
      ["images/1.2.840.5.png", "1.2.840.5", "with another extension"],
      ["a.dcm", "a.png", "with another extension"],
    ] as const
  ) {
    const notes = how === undefined ? [] : [`1 of 1 images is found ${how}, first: "${name}" is ${file}`];
    assertEquals(await find([file], [name]), { paths: [file], notes, unlisted: [] }, name);
  }
});

Deno.test("findImages: the longest end of a path decides, and then the name", needs("read", "write"), async () => {
  const { paths, notes } = await find(
    ["p1/s1/view.jpg", "p1/s2/view.jpg", "p2/s1/view.jpg", "deep/x.jpg", "deep/x.png"],
    ["set/train/p1/s1/view.jpg", "set/train/p2/s1/view.jpg", "set/train/p1/s2/VIEW.jpg", "x.png"],
  );
  assertEquals(paths, ["p1/s1/view.jpg", "p2/s1/view.jpg", "p1/s2/view.jpg", "deep/x.png"]);
  assertEquals(notes, [
    '3 of 4 images are found by the end of the path, first: "set/train/p1/s1/view.jpg" is p1/s1/view.jpg',
    '1 of 4 images is found in other letter case, first: "set/train/p1/s2/VIEW.jpg" is p1/s2/view.jpg',
  ]);
});

Deno.test("findImages: no film is taken for another's", needs("read", "write"), async () => {
  const none = async (files: string[], names: string[], expected: (string | undefined)[]) =>
    assertEquals((await find(files, names)).paths, expected);
  // the film of another patient, whose own is not there
  await none(["p2/s1/view.jpg"], ["p1/s1/view.jpg", "p2/s1/view.jpg"], [undefined, "p2/s1/view.jpg"]);
  await none(["p3/s1/view.jpg"], ["p1/s1/view.jpg", "p2/s1/view.jpg"], [undefined, undefined]);
  await none(["1.png"], ["train/1.png", "test/1.png"], [undefined, undefined]);
  // a film of the same name in another form, which is another row's
  await none(["images/x.png"], ["x.png", "x.jpg", "X.png"], ["images/x.png", undefined, undefined]);
  await none(["deep/x.png"], ["x.jpg", "X.png"], [undefined, "deep/x.png"]);
  await none(["x.dcm", "x.png"], ["x.dcm"], ["x.png"]); // as advised, converted beside it
  await none(["b/a/x.png"], ["a/x.png", "x.png"], ["b/a/x.png", undefined]);
});

Deno.test(
  "findImages: of several files one is taken and told; the usual places come first",
  needs("read", "write"),
  async () => {
    assertEquals(
      await find(["big/x.png", "images_002/x.png", "images_001/images/x.png", "y.png"], ["x.png", "y.png"]),
      {
        paths: ["images_001/images/x.png", "y.png"],
        notes: ["images_001/images/x.png is read, and not images_002/x.png"],
        unlisted: [],
      },
    );
    const { notes, unlisted } = await find(["sample/images/x.png", "sample/sample/images/x.png", "z.png"], ["x.png"]);
    assertEquals([notes, unlisted], [[
      '1 of 1 images is found by the end of the path, first: "x.png" is sample/images/x.png',
      "sample/images/x.png is read, and not sample/sample/images/x.png",
    ], ["z.png"]]);
  },
);

Deno.test(
  "findImages: no name leads out of the folder, and links are followed once",
  needs("read", "write"),
  async () => {
    using folder = folderOf("a.png", "../other/b.png", "../other/c.png", ".hidden/d.png", "__MACOSX/e.png", "._f.png");
    Deno.mkdirSync(folder.file("data/in"));
    Deno.symlinkSync(folder.file("other"), folder.file("data/in/link"));
    Deno.symlinkSync(folder.file("other"), folder.file("data/in/second"));
    Deno.symlinkSync(folder.data, folder.file("data/in/loop"));
    Deno.symlinkSync("/", folder.file("data/in/root"));
    const { paths, notes } = await findImages(folder.data, [
      "b.png",
      "../other/c.png",
      "..\\a.png",
      "/etc/passwd",
      "",
      "d.png",
      "e.png",
      "._f.png",
      "f.png",
    ]);
    assertEquals(paths, [`${folder.data}/in/link/b.png`, ...Array(8).fill(undefined)]);
    assertEquals(notes.map((note) => note.replaceAll(folder.data, "DIR")), [
      "Thorax looks for films outside of the folder too, through DIR/in/link",
      '1 of 9 images is found by the end of the path, first: "b.png" is in/link/b.png',
    ]);
  },
);

Deno.test(
  "nih: where none is found, names of the table and of the disk stand side by side",
  needs("read", "write"),
  async () => {
    const message = async (files: string[], names: string[]) => {
      using folder = folderOf(...files);
      const rows = names.map((name, i) => `${name},Mass,${i}`);
      Deno.writeTextFileSync(`${folder.data}/t.csv`, ["Image Index,Finding Labels,Patient ID", ...rows].join("\n"));
      return (await assertRejects(() => openDataset({ directory: folder.data }), UserError)).message
        .replaceAll(folder.data, "DIR");
    };
    assertEquals(
      await message(["images/1.png", "images/2.png", "x/3.png", "4.png"], ["a.png", "b.png", "c.png", "d.png"]),
      "DIR has none of the 4 images that DIR/t.csv lists: a.png, b.png, c.png, …. " +
        "The images in it and below are 4.png, images/1.png, images/2.png, …: names must agree, except for folders and extensions",
    );
    assertEquals(
      await message(["images/1.png"], ["../images/1.png"]),
      "DIR has none of the 1 images that DIR/t.csv lists: ../images/1.png. The images in it and below are images/1.png: names " +
        "must agree, except for folders and extensions. Thorax does not look for names with ..: write them relative to the folder",
    );
  },
);
