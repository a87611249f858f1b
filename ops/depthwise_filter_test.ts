import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { filterByColumns } from "./depthwise_filter.ts";
import { int32, nativeBackend, shape4 } from "./native.ts";
import { waves } from "./testing.ts";
import { type Pair, windowAttributes } from "./window.ts";

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
    `filterByColumns: ${kernel.join("×")} over ${stride}, padding ${padding}, [${side}]: the direct gradient`,
    needs("read", "ffi", "env", "run"),
    async () => {
      await useEngine();
      const backend = nativeBackend();
      assert(backend);
      tf.tidy(() => {
        const x: Tensor4D = waves([2, ...side, 4]), filterShape: [number, number, number, number] = [...kernel, 1, 4];
        const window = tf.backend_util.computeConv2DInfo(x.shape, [...kernel, 4, 1], stride, 1, padding, "floor", true);
        const dy: Tensor4D = waves([2, window.outHeight, window.outWidth, 4], 1);
        const { top, bottom, left, right } = window.padInfo;
        const padded = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]);
        const attributes = windowAttributes(window, "VALID");
        const direct = backend.executeSingleOutput("Conv2DBackpropFilter", attributes, [
          padded,
          int32(filterShape),
          dy,
        ]);
        const columns = filterByColumns(backend, x, dy, window);
        assertEquals(shape4(columns), filterShape);
        const off = tf.max(tf.abs(tf.sub(columns, direct) as Tensor)).dataSync()[0];
        assert(off < 2e-5, `off by ${off}`);
      });
    },
  );
}
