import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { filterByProducts } from "./filter_products.ts";
import { int32, nativeBackend, shape4 } from "./native.ts";
import { waves } from "./testing.ts";
import { type Pair, windowAttributes } from "./window.ts";

const native = needs("read", "ffi", "env", "run");

/** Strides, sides that they divide and that they do not, padding of all kinds. */
const cases: readonly { side: Pair; kernel: number; stride: number; padding: "same" | "valid" | number }[] = [
  { side: [5, 6], kernel: 3, stride: 1, padding: 1 },
  { side: [5, 6], kernel: 3, stride: 1, padding: 0 },
  { side: [4, 4], kernel: 1, stride: 1, padding: "valid" },
  { side: [8, 8], kernel: 3, stride: 2, padding: 1 },
  { side: [7, 9], kernel: 3, stride: 2, padding: 1 },
  { side: [9, 8], kernel: 3, stride: 2, padding: "valid" },
  { side: [8, 7], kernel: 3, stride: 2, padding: "same" },
  { side: [6, 7], kernel: 1, stride: 2, padding: 0 },
];

for (const { side, kernel, stride, padding } of cases) {
  Deno.test(
    `filterByProducts: ${kernel}×${kernel} over ${stride}, padding ${padding}, [${side}]: the direct gradient`,
    native,
    async () => {
      await useEngine();
      const backend = nativeBackend();
      assert(backend);
      tf.tidy(() => {
        const x: Tensor4D = waves([2, ...side, 3]),
          filterShape: [number, number, number, number] = [kernel, kernel, 3, 4];
        const window = tf.backend_util.computeConv2DInfo(x.shape, filterShape, stride, 1, padding, "floor");
        const dy: Tensor4D = waves([2, window.outHeight, window.outWidth, 4], 1);
        const { top, bottom, left, right } = window.padInfo;
        const padded = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]);
        const direct = backend.executeSingleOutput(
          "Conv2DBackpropFilter",
          windowAttributes(window, "VALID"),
          [padded, int32(filterShape), dy],
        );
        const products = filterByProducts(backend, x, dy, window);
        assertEquals(shape4(products), filterShape);
        const off = tf.max(tf.abs(tf.sub(products, direct) as Tensor)).dataSync()[0];
        assert(off < 2e-5, `off by ${off}`);
      });
    },
  );
}
