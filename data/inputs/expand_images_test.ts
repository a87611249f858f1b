import { encode } from "fast-png";
import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { expandImages } from "./expand_images.ts";

const allowed = needs("read", "write", "env");
const png = encode({ width: 1, height: 1, channels: 1, depth: 8, data: Uint8Array.of(7) });

/** Writes files, empty but for those named as PNG or without an ending, which are one. */
function folderOf(...files: readonly string[]) {
  const folder = temporaryFolder();
  for (const file of files) {
    Deno.mkdirSync(folder.file(file.split("/").slice(0, -1).join("/")), { recursive: true });
    Deno.writeFileSync(folder.file(file), /\.png$|\/[^.]+$/.test(file) ? png : new Uint8Array());
  }
  /** The films, and the notes, that names below the folder stand for. */
  const find = (...names: readonly string[]) => {
    const { paths, notes } = expandImages(names.map(folder.file));
    const below = (text: string) => text.replaceAll(`${folder.path}/`, "");
    return { paths: paths.map(below), notes: notes.map(below) };
  };
  return { ...folder, find };
}

Deno.test("expandImages: files as they are named, whatever they hold and however often", allowed, () => {
  using folder = folderOf("f/b.png", "f/a.png", "f/notes.txt", "f/x[1].png");
  const names = ["f/b.png", "f/notes.txt", "f/a.png", "f/b.png", "f/x[1].png"];
  assertEquals(folder.find(...names), { paths: names, notes: [] });
});

Deno.test("expandImages: a folder stands for the images in it and below, sorted; the rest is counted", allowed, () => {
  using folder = folderOf(
    "f/b.png",
    "f/a.JPG",
    "f/c/d.jpeg",
    "f/c/e/f.png",
    "f/noending/g",
    "f/z.png",
    "f/notes.txt",
    "f/c/Thumbs.db",
    "f/.hidden.png",
    "f/.cache/x.png",
  );
  const paths = ["f/a.JPG", "f/b.png", "f/c/d.jpeg", "f/c/e/f.png", "f/noending/g", "f/z.png"];
  const passed = "2 files of another kind (f/c/Thumbs.db, …) and 2 hidden names left out";
  assertEquals(folder.find("f"), { paths, notes: [`f: ${passed}`] });
  assertEquals(folder.find("f/"), { paths, notes: [`f/: ${passed}`] });
  assertEquals(folder.find("f/c/e", "f/c/e/f.png").paths, ["f/c/e/f.png", "f/c/e/f.png"]);
});

Deno.test(
  "expandImages: a glob stands for the images that match, each once, and those in matching folders",
  allowed,
  () => {
    using folder = folderOf("f/b.png", "f/a.png", "f/a.txt", "f/.h.png", "g/1/c.png", "g/2/d.png", "g/2/e.jpg");
    assertEquals(folder.find("f/*.png"), { paths: ["f/a.png", "f/b.png"], notes: [] });
    assertEquals(folder.find("f/{b,x}.png").paths, ["f/b.png"]);
    assertEquals(folder.find("[fg]/?.png").paths, ["f/a.png", "f/b.png"]);
    assertEquals(folder.find("**/*.png").paths, ["f/a.png", "f/b.png", "g/1/c.png", "g/2/d.png"]);
    assertEquals(folder.find("g/*").paths, ["g/1/c.png", "g/2/d.png", "g/2/e.jpg"]);
    assertEquals(folder.find("g/**").paths, ["g/1/c.png", "g/2/d.png", "g/2/e.jpg"]);
    assertEquals(folder.find("f/*").notes, ["f/*: 1 file of another kind (f/a.txt) left out"]);
  },
);

Deno.test("expandImages: links are followed, to nothing too, and no circle is gone round", allowed, () => {
  using folder = folderOf("f/a.png", "g/b.png");
  Deno.symlinkSync(folder.path, folder.file("f/up"));
  Deno.symlinkSync(folder.file("g"), folder.file("f/over"));
  Deno.symlinkSync(folder.file("lost"), folder.file("f/lost.png"));
  const paths = ["f/a.png", "f/lost.png", "f/over/b.png", "f/up/g/b.png"];
  assertEquals(folder.find("f"), { paths, notes: [] });
});

Deno.test(
  "expandImages: a name that stands for no film is refused, and what was there instead is told",
  allowed,
  () => {
    using folder = folderOf("f/notes.txt", "f/.a.png", "empty/x/.b");
    for (
      const [name, message] of [
        ["nowhere.png", "cannot be read (there is no such file)"],
        ["f", `holds no PNG or JPEG image (1 file of another kind (${folder.file("f/notes.txt")}) and 1 hidden name)`],
        ["empty", "holds no PNG or JPEG image (1 hidden name)"],
        ["f/*.png", "matches no PNG or JPEG image"],
      ]
    ) {
      const error = assertThrows(() => folder.find(name), UserError);
      assertEquals([error.exitStatus, error.message], [2, `${folder.file(name)} ${message}`]);
    }
  },
);

Deno.test("expandImages: DICOM by its bytes or its name is told as such, with what to do", allowed, () => {
  using folder = folderOf("f/a.dcm", "f/b.DICOM", "f/notes.txt", "g/a.png", "g/c.dcm");
  const dicom = new Uint8Array(200);
  dicom.set(new TextEncoder().encode("DICM"), 128);
  Deno.writeFileSync(folder.file("f/IM0001"), dicom);
  const remedy = "Convert DICOM to PNG, for example with DCMTK: dcmj2pnm +on2 +Wm FILE.dcm FILE.png";
  const [path, glob] = [folder.file("f"), folder.file("f/*.dcm")], are = "DICOM files, which are not read yet";
  for (
    const [name, message] of [
      [
        "f",
        `${path} holds no PNG or JPEG image (3 ${are} (${path}/IM0001, …) and 1 file of another kind ` +
        `(${path}/notes.txt)). ${remedy}`,
      ],
      [
        "f/*.dcm",
        `${glob} matches no PNG or JPEG image (1 DICOM file, which is not read yet (${path}/a.dcm)). ${remedy}`,
      ],
    ]
  ) assertEquals(assertThrows(() => folder.find(name), UserError).message, message);
  assertEquals(folder.find("g"), {
    paths: ["g/a.png"],
    notes: [`g: 1 DICOM file, which is not read yet (g/c.dcm) left out. ${remedy}`],
  });
});
