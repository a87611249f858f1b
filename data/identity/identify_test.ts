import { assert, assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { fileDigest } from "./file_digest.ts";
import { identifyFilms, withDecoded } from "./identify.ts";
import { openPhantom } from "../phantom/phantom.ts";

Deno.test(
  "fileDigest: the size, the first and the last 4 KiB; not the name, not the middle",
  needs("read", "write"),
  () => {
    using folder = temporaryFolder();
    const write = (name: string, bytes: Uint8Array) => {
      Deno.writeFileSync(folder.file(name), bytes);
      return fileDigest(folder.file(name));
    };
    const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i * i);
    const changed = (at: number) => bytes.map((byte, i) => i === at ? byte ^ 1 : byte);
    const digest = write("a", bytes);
    assertEquals(digest?.length, 16);
    assertEquals([write("b", bytes), write("c", changed(4096)), write("d", changed(15_903))], Array(3).fill(digest));
    for (const at of [0, 4095, 15_904, 19_999]) assert(write("e", changed(at)) !== digest, `${at}`);
    assert(write("f", bytes.subarray(0, 19_999)) !== digest);
    // short files are read whole, once
    for (const length of [0, 1, 4096, 4097, 8192]) {
      assertEquals(write("g", bytes.slice(0, length)), write("h", bytes.slice(0, length)), `${length}`);
    }
    assert(write("g", bytes.slice(0, 1)) !== write("h", bytes.slice(1, 2)));
    assertEquals(fileDigest(folder.file("gone")), undefined);
  },
);

Deno.test("identifyFilms: every film of the phantom is known by itself, with its patient", async () => {
  const phantom = openPhantom(), { kind, synthetic, films } = await identifyFilms(phantom);
  assertEquals([kind, synthetic, films.length], ["phantom", true, 640]);
  assertEquals(new Set(films.map(({ digest }) => digest)).size, 640);
  assertEquals([films[7].name, films[7].patient, films[7].pixels], [
    phantom.films[7].image,
    phantom.films[7].patient,
    undefined,
  ]);
  const told = withDecoded({ kind, synthetic, films }, {
    pixelDigests: new Map([[7, "0123456789abcdef"]]),
    undecodable: new Set([9]),
  });
  assertEquals([told.films[7].pixels, told.films[6]], ["0123456789abcdef", films[6]]);
  assertEquals([told.films[9].damaged, told.films[7].damaged], [true, undefined]);
});

Deno.test("identifyFilms: a file's folders are no part of its name, unless two files are called alike", async () => {
  const names = async (...images: string[]) => {
    const films = images.map((image) => ({ image, path: `DIR/${image}`, patient: "1", labels: [] }));
    const { films: its } = await identifyFilms({
      kind: "nih",
      synthetic: false,
      namesPatients: true,
      films,
      identify: () => ({}),
    });
    return its.map(({ name }) => name);
  };
  assertEquals(await names("images_001/a.png", "C:\\nih\\b.png", "c.png"), ["a.png", "b.png", "c.png"]);
  assertEquals(await names("p1/view.jpg", "p2/view.jpg"), ["p1/view.jpg", "p2/view.jpg"]);
});
