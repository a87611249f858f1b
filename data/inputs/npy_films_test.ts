import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { npyBatches, toChannelsLast } from "./npy_films.ts";

const films = (shape: readonly number[], data: Float32Array<ArrayBuffer>) => ({
  file: "a/b.npy",
  array: { shape, data, dtype: "float32" as const },
});

Deno.test("toChannelsLast: [N, C, H, W] becomes [N, H, W, C]", () => {
  const data = Float32Array.from({ length: 2 * 3 * 1 * 2 }, (_, i) => i);
  assertEquals([...toChannelsLast(films([2, 3, 1, 2], data), [1, 2, 3])], [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]);
  assertEquals(toChannelsLast(films([3, 1, 2, 2], data), [2, 2, 1]), data);
});

Deno.test("toChannelsLast: another shape, and what is not finite, are refused with their place", () => {
  const data = new Float32Array(12);
  const fails = (shape: readonly number[], message: string) =>
    assertEquals(assertThrows(() => toChannelsLast(films(shape, data), [1, 2, 3]), UserError).message, message);
  fails([2, 2, 1, 3], "a/b.npy must be float32 [N, 3, 1, 2], and is float32 [2, 2, 1, 3]");
  data[9] = NaN;
  fails([2, 3, 1, 2], "a/b.npy holds NaN: film 1, channel 1, row 0, column 1, counted from 0");
});

Deno.test("npyBatches: the last is as short as it comes, and a film is called by its row", () => {
  const images = Float32Array.from({ length: 6 }, (_, i) => i);
  assertEquals([...npyBatches("a/b.npy", images, { size: 2, batchSize: 2 })], [
    { names: ["b.npy[0]", "b.npy[1]"], images: Float32Array.of(0, 1, 2, 3) },
    { names: ["b.npy[2]"], images: Float32Array.of(4, 5) },
  ]);
  assertEquals([...npyBatches("b.npy", new Float32Array(), { size: 2, batchSize: 2 })], []);
});
