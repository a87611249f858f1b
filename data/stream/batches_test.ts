import { encode } from "fast-png";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { filmsFolder, needs } from "../../tests/needs.ts";
import { withBrokenFilms } from "../../tests/tiny.ts";
import { type Batch, openBatches } from "./batches.ts";
import type { Dataset } from "../dataset.ts";
import type { FilmJob } from "./film_job.ts";
import { openDataset } from "../readers/open_dataset.ts";
import { openPhantom } from "../phantom/phantom.ts";

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

Deno.test("batches: a model of several channels gets the gray of a film in the scale of each", async () => {
  const channels = [{ mean: 0.485, std: 0.229 }, { mean: 0.456, std: 0.224 }, { mean: 0.406, std: 0.225 }];
  await using batches = openBatches(counted(), { imageSize: 2, channels, workers: 0 });
  const [first, last] = await Array.fromAsync(batches.stream([9, 4, 7], { batchSize: 2 }));
  assertEquals([first.images.length, last.images.length], [2 * 2 * 2 * 3, 2 * 2 * 3]);
  for (const [batch, i, film] of [[first, 0, 9], [first, 1, 4], [last, 0, 7]] as const) {
    for (let pixel = 0; pixel < 4; pixel++) {
      for (const [channel, { mean, std }] of channels.entries()) {
        assertAlmostEquals(batch.images[(i * 4 + pixel) * 3 + channel], (5 * film / 255 - mean) / std, 1e-6);
      }
    }
  }
});

Deno.test("batches: a film is decoded once while there is room, and again where there is none", async () => {
  const roomy = counted(), tight = counted();
  await using kept = openBatches(roomy, { imageSize: 2, workers: 0 });
  await using full = openBatches(tight, { imageSize: 2, workers: 0, cacheBytes: 9 });
  for (let epoch = 0; epoch < 3; epoch++) {
    for (const batches of [kept, full]) {
      await Array.fromAsync(batches.stream([1, 1, 2, 3, 4], { batchSize: 2, prefetch: 1 }));
    }
  }
  assertEquals(roomy.asked.slice(0, 6), [0, 1, 1, 1, 1, 0]);
  assertEquals(tight.asked.slice(0, 6), [0, 1, 1, 3, 3, 0]); // two of the four films of 4 bytes fit
});

Deno.test("batches: no more than `prefetch` batches are asked for before they are needed", async () => {
  const dataset = counted();
  await using batches = openBatches(dataset, { imageSize: 2, workers: 0 });
  for await (const { films } of batches.stream([...Array(10).keys()], { batchSize: 1, prefetch: 2 })) {
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
    "the batch size must be a positive integer, and is 0",
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

for (const workers of [0, 1, 3]) {
  Deno.test(
    `batches: the next films take the places of unreadable ones, each told once and tried once, ${workers} workers`,
    needs("read"),
    async () => {
      const dataset = counted(), told: string[] = [];
      await using batches = openBatches(withBrokenFilms(dataset, new Set([0, 7, 8])), {
        imageSize: 2,
        workers,
        cacheBytes: 0,
        onUnreadable: (film, reason) => told.push(`${film}: ${reason}`),
      });
      const reason = (film: number) => `lost/${film}.png cannot be read (there is no such file)`;
      for (const order of [[3, 0, 9, 3, 0, 8, 4, 1, 2], [0, 3, 9, 3, 4, 8, 1, 0, 2, 8]]) {
        const all = await Array.fromAsync(batches.stream(order, { batchSize: 4 }));
        assertEquals(all.map(({ films }) => films), [[3, 9, 3, 4], [1, 2]]);
        assertEquals(all.map(({ images }) => images.length), [16, 8]);
        for (const [i, film] of [3, 9, 3, 4].entries()) assertAlmostEquals(all[0].images[i * 4 + 3], value(film), 1e-7);
        assertEquals([...all[1].targets], [1, 0, 1, 0, 1, 0]);
      }
      assertEquals(told, [0, 8].map((film) => `${film}: ${reason(film)}`));
      assertEquals([...batches.unreadable], [[0, reason(0)], [8, reason(8)]]); // 7 was never wanted
    },
  );
}

Deno.test("batches: whichever film is decoded first, the order is the order", async () => {
  const dataset = counted(), told: number[] = [];
  const slow = withBrokenFilms(dataset, new Set([5, 6]));
  const job = async (film: number) => {
    await new Promise((resolve) => setTimeout(resolve, film === 5 ? 30 : 10 - film)); // the broken one is known last
    return slow.job(film);
  };
  const options = { imageSize: 2, workers: 0, onUnreadable: (film: number) => told.push(film) };
  await using batches = openBatches({ ...dataset, job }, options);
  const all = await Array.fromAsync(batches.stream([5, 0, 1, 6, 2, 3, 4, 5], { batchSize: 3, pad: true }));
  assertEquals([all.map(({ films, images }) => [...films, images.length]), told], [[[0, 1, 2, 12], [3, 4, 12]], [
    5,
    6,
  ]]);
});

Deno.test("batches: a limit of batches, and nothing is decoded for more of them", async () => {
  const dataset = counted();
  const options = { imageSize: 2, workers: 0, onUnreadable: () => {} };
  await using batches = openBatches(withBrokenFilms(dataset, new Set([1])), options);
  const all = await Array.fromAsync(batches.stream([...Array(10).keys()], { batchSize: 2, limit: 2 }));
  assertEquals(all.map(({ films }) => films), [[0, 2], [3, 4]]);
  assertEquals(dataset.asked, [1, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
});

Deno.test("batches: films known as unreadable are neither tried nor told; of none there is no batch", async () => {
  const dataset = counted(), told: number[] = [];
  const options = { imageSize: 2, workers: 0, onUnreadable: (film: number) => told.push(film) };
  const broken = withBrokenFilms(dataset, new Set([4, 5]));
  await using batches = openBatches(broken, { ...options, unreadable: new Map([[2, "truncated"]]) });
  const films = async (order: number[]) =>
    (await Array.fromAsync(batches.stream(order, { batchSize: 2 }))).map(({ films }) => films);
  assertEquals([await films([1, 2, 3]), dataset.asked[2], told], [[[1, 3]], 0, []]);
  assertEquals([await films([2, 4, 5, 4]), told], [[], [4, 5]]);
  assertEquals([...batches.unreadable.keys()], [2, 4, 5]);
});

Deno.test("batches: what onUnreadable throws ends the stream, after the batches before it", async () => {
  await using batches = openBatches(withBrokenFilms(counted(), new Set([3, 5])), {
    imageSize: 2,
    workers: 0,
    onUnreadable: (film) => {
      if (film === 5) throw new UserError("two of them");
    },
  });
  const films: number[] = [];
  const read = async () => {
    for await (const batch of batches.stream([...Array(10).keys()], { batchSize: 2 })) films.push(...batch.films);
  };
  await assertRejects(read, UserError, "two of them");
  assertEquals(films, [0, 1, 2, 4]);
});

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
