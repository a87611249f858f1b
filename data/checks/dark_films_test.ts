import { encode } from "fast-png";
import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { darkFilmsNote, describeDarkFilms } from "./dark_films.ts";

Deno.test("describeDarkFilms: 16 bits that hold fewer are told with their number and what mends them", () => {
  assertEquals(
    describeDarkFilms([4095, 900, 65535]),
    "2 of the 3 films of 16 bits that Thorax looked at hold no value above 4095: they look like films of 12 bits, and come " +
      "out at 6.3 % of their brightness. If they are, multiply them by 16, with ImageMagick into another folder: " +
      "mogrify -path OTHER -evaluate multiply 16 FOLDER/*.png",
  );
  const bits = (...greatest: number[]) =>
    describeDarkFilms(greatest)?.match(/films of (\d+) bits, .* by (\d+),/)?.slice(1);
  assertEquals(bits(255, 3), ["8", "256"]);
  assertEquals(bits(256), ["10", "64"]);
  assertEquals(bits(2047), ["12", "16"]);
  assertEquals(bits(4096), ["14", "4"]);
  assertEquals(bits(16383, 100), ["14", "4"]);
  for (const bright of [[], [16384], [65535, 30000], [0, 65535], [0]]) {
    assertEquals(describeDarkFilms(bright), undefined);
  }
});

Deno.test(
  "darkFilmsNote: looks at films of 16 bits alone, a few of the whole list",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const film = (name: string, depth: 8 | 16, ...values: number[]) => {
      const data = depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
      Deno.writeFileSync(folder.file(name), encode({ width: values.length, height: 1, channels: 1, depth, data }));
      return folder.file(name);
    };
    const shallow = film("8.png", 8, 3, 4),
      dark = film("12.png", 16, 0, 4095, 7),
      bright = film("16.png", 16, 1, 65535);
    Deno.writeTextFileSync(folder.file("text.png"), "no image");
    const others = [shallow, folder.file("text.png"), folder.file("none.png"), folder.path];
    const counts = async (...paths: string[]) => (await darkFilmsNote(paths))?.match(/^(\d+) of the (\d+) /)?.slice(1);
    assertEquals(await counts(...others), undefined);
    assertEquals(await counts(...others, bright), undefined);
    assertEquals(await counts(...others, dark, bright, dark), ["2", "3"]);
    assertEquals(await counts(...Array(1000).fill(shallow), ...Array(1000).fill(dark)), ["16", "16"]);
  },
);
