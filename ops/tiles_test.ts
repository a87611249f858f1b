import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { assertTensor, eachWay } from "./testing.ts";
import { strips } from "./tiles.ts";

/** 1, 2, 3, … */
const counted = (shape: [number, number, number, number]) =>
  tf.reshape<tf.Rank.R4>(tf.range(1, shape.reduce((product, size) => product * size) + 1), shape);

eachWay("strips: tiles that overlap, by hand", async (run) => {
  const cut = (x: tf.Tensor4D) => {
    const [{ pixels, cut, tiles }] = strips(x, { side: 3, step: 2, before: 1 }, 10);
    return tf.reshape(tf.gather(pixels, cut()), [9, tiles]);
  };
  // two rows of two tiles
  assertTensor(
    await run(cut, counted([1, 3, 4, 1])),
    [9, 4],
    [
      [0, 0, 0, 6], // upper left elements: above are zeros
      [0, 0, 5, 7],
      [0, 0, 6, 8],
      [0, 2, 0, 10],
      [1, 3, 9, 11],
      [2, 4, 10, 12],
      [0, 6, 0, 0],
      [5, 7, 0, 0],
      [6, 8, 0, 0],
    ].flat(),
  );
});

const cases: readonly { shape: [number, number, number, number]; step: number; tiles: number; expected: number[] }[] = [
  { shape: [3, 4, 4, 2], step: 2, tiles: 100, expected: [12] },
  { shape: [3, 4, 4, 2], step: 2, tiles: 9, expected: [4, 8] }, // one image, then two
  { shape: [2, 5, 3, 1], step: 2, tiles: 5, expected: [2, 4, 2, 4] }, // a row of each, then two rows
  { shape: [1, 7, 7, 1], step: 3, tiles: 1, expected: [3, 3, 3] },
];

for (const { shape, step, tiles, expected } of cases) {
  eachWay(`strips: [${shape}] in at most ${tiles} tiles of ${step}×${step}, cut and joined again`, async (run) => {
    const x = counted(shape), tiling = { side: step, step, before: 0 };
    const joined = (x: tf.Tensor4D) =>
      tf.concat(
        strips(x, tiling, tiles).map(({ pixels, cut, join }) => tf.gather(tf.gather(pixels, cut()), join())),
      );
    assertEquals(strips(x, tiling, tiles).map(({ tiles }) => tiles), expected);
    assertTensor(await run(joined, x), [x.size / shape[3], shape[3]], x.dataSync(), 0);
  });
}
