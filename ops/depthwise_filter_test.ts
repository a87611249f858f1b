import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { filterByColumns } from "./depthwise_filter.ts";
import { nativeBackend, shape4 } from "./native.ts";
import { waves } from "./testing.ts";
import type { Pair, Window } from "./window.ts";

/** Widths of one to three calls, strides, sides that they divide and that they do not, padding of all kinds. */
const cases: readonly { side: Pair; kernel: Pair; stride: number; padding: "same" | "valid" | number }[] = [
  { side: [9, 8], kernel: [7, 7], stride: 1, padding: 3 },
  { side: [5, 6], kernel: [5, 5], stride: 1, padding: "same" },
  { side: [9, 8], kernel: [3, 4], stride: 1, padding: "valid" },
  { side: [8, 8], kernel: [5, 5], stride: 2, padding: 2 },
  { side: [7, 8], kernel: [5, 6], stride: 2, padding: 0 },
  { side: [8, 7], kernel: [5, 5], stride: 2, padding: "same" },
];

for (const { side, kernel, stride, padding } of cases) {
  Deno.test(
    `filterByColumns: ${kernel.join("×")} over ${stride}, padding ${padding}, [${side}]: the gradient`,
    needs("read", "ffi", "env", "run"),
    async () => {
      await useEngine();
      const backend = nativeBackend();
      assert(backend);
      tf.tidy(() => {
        const x: Tensor4D = waves([2, ...side, 4]), filterShape: [number, number, number, number] = [...kernel, 1, 4];
        const window = tf.backend_util.computeConv2DInfo(x.shape, [...kernel, 4, 1], stride, 1, padding, "floor", true);
        const dy: Tensor4D = waves([2, window.outHeight, window.outWidth, 4], 1);
        const columns = filterByColumns(backend, x, dy, window);
        assertEquals(shape4(columns), filterShape);
        const values = columns.dataSync();
        exactFilterGradient(x, dy, window).forEach(({ sum, terms, size }, i) => {
          const rounding = Math.sqrt(terms) * 2 ** -24 * size; // of a float32 sum in any order (Higham & Mary 2019)
          assertAlmostEquals(values[i], sum, rounding, `element ${i}`);
        });
      });
    },
  );
}

/** Each element of a depthwise filter's gradient in float64: the sum, of how many products, and the sum of their sizes. */
function exactFilterGradient(x: Tensor4D, dy: Tensor4D, window: Window) {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo: { top, left } } = window;
  const [batch, height, width, channels] = x.shape, [, rows, columns] = dy.shape;
  const pixels = x.dataSync(), gradients = dy.dataSync();
  return Array.from({ length: filterHeight * filterWidth * channels }, (_, i) => {
    const channel = i % channels, tap = Math.floor(i / channels);
    const a = Math.floor(tap / filterWidth), b = tap % filterWidth;
    let sum = 0, terms = 0, size = 0;
    for (let at = 0; at < batch * rows * columns; at++) {
      const image = Math.floor(at / (rows * columns)), row = Math.floor(at / columns) % rows, column = at % columns;
      const y = row * strideHeight + a - top, across = column * strideWidth + b - left;
      if (y < 0 || y >= height || across < 0 || across >= width) continue;
      const product = pixels[((image * height + y) * width + across) * channels + channel] *
        gradients[at * channels + channel];
      sum += product;
      size += Math.abs(product);
      terms++;
    }
    return { sum, terms, size };
  });
}
