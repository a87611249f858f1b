import { assertEquals } from "@std/assert";
import { openBatches } from "../data/stream/batches.ts";
import { tinyDataset, withBrokenFilms } from "../tests/tiny.ts";
import { featureBatches } from "./features.ts";

const side = 8, dataset = tinyDataset(9);
const open = () => openBatches(dataset, { imageSize: side, workers: 0 });

/** Makes features of images: the first and the last pixel of each. `seen` gets the number of images of each call. */
function corners(seen: number[]) {
  return (images: Float32Array) => {
    const count = images.length / side ** 2;
    seen.push(count);
    const rows = Array.from({ length: count }, (_, i) => [images[i * side ** 2], images[(i + 1) * side ** 2 - 1]]);
    return Promise.resolve(Float32Array.from(rows.flat()));
  };
}

Deno.test("featureBatches: the batches of the films, of their features, each made once and in batches of one size", async () => {
  await using batches = open();
  const seen: number[] = [], featured = featureBatches(batches, corners(seen));
  for (const [order, made] of [[[4, 1, 4, 0, 7], 1], [[8, 7, 2, 4], 2], [[0, 8, 1], 2]] as const) {
    const plain = batches.stream(order, { batchSize: 4 });
    for await (const { images, ...rest } of featured.stream(order, { batchSize: 4 })) {
      const { value } = await plain.next();
      const expected = await corners([])(value?.images ?? new Float32Array());
      assertEquals({ ...rest, images }, { ...value, images: expected });
    }
    assertEquals([seen.length, (await plain.next()).done], [made, true]);
  }
  assertEquals(seen, [4, 4]);
});

Deno.test("featureBatches: padded where that is asked for, and a stream that is left goes on another time", async () => {
  await using batches = open();
  const seen: number[] = [], featured = featureBatches(batches, corners(seen));
  for await (const { films } of featured.stream([0, 1, 2, 3, 4], { batchSize: 2 })) if (films.includes(2)) break;
  const padded = [];
  for await (const batch of featured.stream([0, 1, 2, 3, 4], { batchSize: 3, pad: true })) padded.push(batch);
  assertEquals(padded.map(({ size, films }) => [size, films]), [[3, [0, 1, 2]], [2, [3, 4]]]);
  assertEquals(padded.map(({ images, targets }) => [images.length, targets.length]), [[6, 9], [6, 9]]);
  assertEquals([...padded[1].images.subarray(4), ...padded[1].targets.subarray(6)], [0, 0, 0, 0, 0]);
  assertEquals(seen, [2, 2, 3]);
});

Deno.test("featureBatches: unreadable films are passed over as they are without features", async () => {
  const broken = withBrokenFilms(dataset, new Set([1, 3, 8]));
  const opened = () => openBatches(broken, { imageSize: side, workers: 0, onUnreadable: () => {} });
  await using batches = opened();
  const featured = featureBatches(batches, corners([]));
  const orders = [[4, 1, 4, 3, 0, 7, 1, 2, 5], [8, 7, 2, 3, 4], [1, 3, 8], [6, 0, 8]];
  for (const [limit, ...expected] of [[2, [4, 4, 0], [7, 2, 5]], [1, [7, 2, 4]], [1], [3, [6, 0]]] as const) {
    const order = orders.shift() ?? [];
    await using plain = opened();
    for (const source of [featured, plain]) {
      const all = await Array.fromAsync(source.stream(order, { batchSize: 3, limit }));
      assertEquals(all.map(({ films }) => films), expected.map((films) => [...films]));
      assertEquals(all.map(({ targets }) => targets.length), expected.map((films) => 3 * films.length));
    }
  }
  assertEquals([...featured.unreadable.keys()].sort(), [1, 3, 8]);
});
