import { encode } from "fast-png";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { filmsFolder, needs } from "../tests/needs.ts";
import { type Batch, openBatches } from "./batches.ts";
import type { Dataset } from "./dataset.ts";
import type { FilmJob } from "./film_job.ts";
import { openDataset } from "./open_dataset.ts";
import { openPhantom } from "./phantom.ts";

/** Ten films of 2×2 pixels of value 5·i, and a count of how often each was asked for. */
function counted(): Pick<Dataset, "films" | "labels" | "job"> & { asked: number[] } {
  const asked = new Array<number>(10).fill(0);
  return {
    asked,
    labels: ["a", "b", "c"],
    films: asked.map((_, i) => ({ image: `${i}`, patient: `${i}`, labels: i % 2 ? [0, 2] : [1] })),
    job: (film): FilmJob => {
      asked[film]++;
      return { kind: "plane", plane: { width: 2, height: 2, pixels: new Uint8Array(4).fill(5 * film) } };
    },
  };
}
const value = (film: number) => (5 * film / 255 - 0.5) / 0.5;

Deno.test("batches: the order is kept, the last batch is short, targets are rows of 0 and 1", async () => {
  await using batches = openBatches(counted(), { imageSize: 2, workers: 0 });
  const all = await Array.fromAsync(batches.stream([3, 0, 9, 3, 4], { batchSize: 2 }));
  assertEquals(all.map(({ films, size }) => [films, size]), [[[3, 0], 2], [[9, 3], 2], [[4], 1]]);
  assertEquals([...all[0].targets], [1, 0, 1, 0, 1, 0]);
  assertEquals(all[2].images.length, 4);
  for (const [i, film] of [3, 0].entries()) assertAlmostEquals(all[0].images[i * 4 + 3], value(film), 1e-7);
});

Deno.test("batches: a film is decoded once while there is room, and again where there is none", async () => {
  const roomy = counted(), tight = counted();
  await using kept = openBatches(roomy, { imageSize: 2, workers: 0 });
  await using full = openBatches(tight, { imageSize: 2, workers: 0, cacheBytes: 9 });
  for (let epoch = 0; epoch < 3; epoch++) {
    for (const batches of [kept, full]) {
      await Array.fromAsync(batches.stream([1, 1, 2, 3, 4], { batchSize: 2, ahead: 1 }));
    }
  }
  assertEquals(roomy.asked.slice(0, 6), [0, 1, 1, 1, 1, 0]);
  assertEquals(tight.asked.slice(0, 6), [0, 1, 1, 3, 3, 0]); // two of the four films of 4 bytes fit
});

Deno.test("batches: no more than `ahead` batches are asked for before they are needed", async () => {
  const dataset = counted();
  await using batches = openBatches(dataset, { imageSize: 2, workers: 0 });
  for await (const { films } of batches.stream([...Array(10).keys()], { batchSize: 1, ahead: 2 })) {
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(dataset.asked.filter((times) => times > 0).length, Math.min(films[0] + 3, 10));
    if (films[0] === 5) break;
  }
  assertEquals(dataset.asked.slice(8), [0, 0]);
});

Deno.test("batches: a batch size that is none", async () => {
  await using batches = openBatches(counted(), { imageSize: 2, workers: 0 });
  await assertRejects(
    () => Array.fromAsync(batches.stream([1], { batchSize: 0 })),
    RangeError,
    "the batch size is a whole number from 1 on, got 0",
  );
});

Deno.test("batches: worker threads give what this thread gives", needs("read"), async () => {
  const order = [4, 630, 17, 4, 100], bytes: number[] = [];
  for (const workers of [0, 2]) {
    await using batches = openBatches(openPhantom(), { imageSize: 48, workers });
    const all: Batch[] = await Array.fromAsync(batches.stream(order, { batchSize: 2 }));
    const images = all.flatMap(({ images }) => [...images]);
    if (workers === 0) bytes.push(...images);
    else assertEquals(images, bytes);
  }
});

Deno.test("batches: worker threads take planes, and stopping early leaves nothing behind", needs("read"), async () => {
  await using batches = openBatches(counted(), { imageSize: 1, workers: 1 });
  for await (const { images } of batches.stream([9, 2, 3, 4, 5, 6], { batchSize: 2 })) {
    assertAlmostEquals(images[0], value(9), 1e-7);
    break;
  }
  const [{ images }] = await Array.fromAsync(batches.stream([3], { batchSize: 2 }));
  assertAlmostEquals(images[0], value(3), 1e-7);
});

Deno.test(
  "batches: a film that breaks while training runs is one line with its name",
  needs("read", "write"),
  async () => {
    const path = await Deno.makeTempFile({ suffix: ".png" });
    const film = encode({
      width: 32,
      height: 32,
      channels: 1,
      depth: 8,
      data: new Uint8Array(1024).map((_, i) => i * i >> 3),
    });
    await Deno.writeFile(path, film.slice(0, 200));
    try {
      for (const workers of [0, 1]) {
        const dataset = { ...counted(), job: (): FilmJob => ({ kind: "file", path }) };
        await using batches = openBatches(dataset, { imageSize: 2, workers });
        const error = await assertRejects(() => Array.fromAsync(batches.stream([0, 1], { batchSize: 1 })), UserError);
        assertEquals([error.exitStatus, error.message.startsWith(`${path} cannot be decoded (`)], [1, true]);
      }
    } finally {
      await Deno.remove(path);
    }
  },
);

Deno.test("batches: the real films, in pixels", needs("read", "films"), async () => {
  const dataset = await openDataset({ directory: new URL("nih_1024", filmsFolder).pathname });
  await using batches = openBatches(dataset, { imageSize: 64, workers: 1 });
  let films = 0;
  for await (const { images, size } of batches.stream([...dataset.films.keys()], { batchSize: 8 })) {
    films += size;
    assert(images.every((x) => x >= -1 && x <= 1));
    assert(Math.max(...images) - Math.min(...images) > 1);
  }
  assertEquals(films, 26);
});
