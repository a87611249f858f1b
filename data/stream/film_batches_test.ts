import { encode } from "fast-png";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import films from "../golden/films.json" with { type: "json" };
import { filmsFolder, needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { filmBatches, type FilmBatchesOptions } from "./film_batches.ts";
import { defaultNormalization } from "../images/normalization.ts";

const options = { imageSize: 2, channels: [{ mean: 0, std: 1 / 255 }], batchSize: 2, workers: 0, onFailed: () => {} };

/** Films of one gray each, 1, 2, …; the damaged ones are cut short. */
function writeFilms(
  folder: { file: (name: string) => string },
  count: number,
  damaged: readonly number[] = [],
): string[] {
  return Array.from({ length: count }, (_, i) => {
    const path = folder.file(`${i}.png`), data = new Uint8Array(9).fill(i + 1);
    const bytes = encode({ width: 3, height: 3, channels: 1, depth: 8, data });
    Deno.writeFileSync(path, damaged.includes(i) ? bytes.subarray(0, -9) : bytes);
    return path;
  });
}

const all = (paths: readonly string[], given: Partial<FilmBatchesOptions> = {}) =>
  Array.fromAsync(filmBatches(paths, { ...options, ...given }));

Deno.test(
  "filmBatches: in order, the last batch padded, but not an only one",
  needs("read", "write", "env"),
  async () => {
    using folder = temporaryFolder();
    const [a, b, c] = writeFilms(folder, 3);
    const batches = await all([c, a, b, a, a]);
    assertEquals(batches.map(({ names }) => names), [[c, a], [b, a], [a]]);
    assertEquals(batches.map(({ images }) => [...images]), [
      [3, 3, 3, 3, 1, 1, 1, 1],
      [2, 2, 2, 2, 1, 1, 1, 1],
      [1, 1, 1, 1, 0, 0, 0, 0],
    ]);
    assertEquals((await all([b], { batchSize: 9 })).map(({ images }) => [...images]), [[2, 2, 2, 2]]);
    assertEquals(await all([]), []);
  },
);

Deno.test(
  "filmBatches: each channel has a scale of its own, the last index",
  needs("read", "write", "env"),
  async () => {
    using folder = temporaryFolder();
    const channels = [{ mean: 0, std: 1 / 255 }, { mean: 1 / 255, std: 1 / 255 }, { mean: 0, std: 0.1 / 255 }];
    const [{ images }] = await all(writeFilms(folder, 2), { channels });
    const rounded = [...images].map((value) => Math.round(value * 1000) / 1000);
    assertEquals(rounded, [1, 0, 10, 1, 0, 10, 1, 0, 10, 1, 0, 10, 2, 1, 20, 2, 1, 20, 2, 1, 20, 2, 1, 20]);
  },
);

Deno.test(
  "filmBatches: a film that fails costs itself alone, decoded here or by threads",
  needs("read", "write", "env"),
  async () => {
    using folder = temporaryFolder();
    const paths = writeFilms(folder, 8, [0, 3, 7]);
    paths[5] = folder.file("lost.png");
    for (const workers of [0, 2]) {
      const failed: string[] = [];
      const batches = await all(paths, {
        workers,
        onFailed: (name, reason) => {
          assert(reason.startsWith(name), reason);
          failed.push(reason.slice(name.length));
        },
      });
      assertEquals(batches.map(({ names }) => names), [[paths[1], paths[2]], [paths[4], paths[6]]]);
      assertEquals(batches.map(({ images }) => [images[0], images[4]]), [[2, 3], [5, 7]]);
      const lost = " cannot be read (there is no such file)", damaged = " cannot be decoded (the file ends early)";
      assertEquals(failed, [damaged, damaged, lost, damaged]);
    }
  },
);

Deno.test(
  "filmBatches: a few batches are decoded ahead, and no more",
  needs("read", "write", "env"),
  async () => {
    using folder = temporaryFolder();
    const paths = writeFilms(folder, 10, [7, 8]), failed: string[] = [];
    await using batches = filmBatches(paths, { ...options, onFailed: (name) => failed.push(name) });
    await batches.next();
    for (const path of paths.slice(9)) Deno.removeSync(path); // 3 batches ahead of 2, and 2 films that were taken
    assertEquals((await Array.fromAsync(batches)).flatMap(({ names }) => names), paths.slice(2, 7));
    assertEquals(failed, paths.slice(7));
  },
);

Deno.test(
  "filmBatches: a color JPEG that is not square, as Pillow's L, BILINEAR, (x/255 − 0.5)/0.5",
  needs("read", "films"),
  async () => {
    const [, { path: name, small }] = films.films, path = new URL(name, filmsFolder).pathname;
    const [{ images }] = await all([path], { imageSize: 8, channels: [defaultNormalization] });
    assertEquals(images.length, small.length);
    for (const [i, value] of small.entries()) assertAlmostEquals(images[i], (value / 255 - 0.5) / 0.5, 2.1 / 255);
  },
);
