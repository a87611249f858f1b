import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { useEngine } from "../tests/engine.ts";
import {
  type ConvolutionShape,
  exactConvolution,
  prefersColumns,
  prefersProducts,
  prefersWinograd,
} from "./algorithm.ts";
import { convolution } from "./convolution.ts";
import { nativeBackend } from "./native.ts";
import { waves } from "./testing.ts";

const typical: ConvolutionShape = {
  precision: "float32",
  kernel: 3,
  batch: 8,
  height: 28,
  width: 28,
  inputs: 128,
  outputs: 128,
};

Deno.test("prefersWinograd: never on another backend", async () => {
  await tf.setBackend("cpu");
  assertEquals(prefersWinograd(typical), false);
});

Deno.test(
  "prefersWinograd: enough channels and tiles, of images that are not tiny",
  needs("read", "ffi", "env", "run", "processor"),
  async () => {
    await useEngine();
    assertEquals(prefersWinograd(typical), true);
    const others = [
      { inputs: 63 },
      { outputs: 48 },
      { batch: 100, width: 6 },
      { batch: 1 }, // 49 tiles
      { height: 7, width: 7 }, // 32 tiles
      { outputs: 64, height: 14, width: 14 }, // 128 tiles
    ];
    assertEquals(others.map((other) => prefersWinograd({ ...typical, ...other })), others.map(() => false));
    assertEquals(prefersWinograd({ ...typical, batch: 3 }), true);
    assertEquals(prefersWinograd({ ...typical, outputs: 64, height: 224, width: 224 }), true);
    assertEquals(prefersWinograd({ ...typical, kernel: 5, inputs: 64 }), true);
    assertEquals(prefersWinograd({ ...typical, kernel: 7 }), false);
    assertEquals(prefersWinograd({ ...typical, precision: "bfloat16" }), false);
    tf.env().set(exactConvolution, true);
    try {
      assertEquals(prefersWinograd(typical), false);
    } finally {
      tf.env().set(exactConvolution, false);
    }
  },
);

Deno.test(
  "prefers…: what was measured on the processor is not chosen on a GPU",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    const backend = nativeBackend() as { isUsingGpuDevice: boolean } | undefined;
    assert(backend);
    const images = [8, 28, 28, 128];
    const gradient = (size: number, filterShape: [number, number, number, number], depthwise: boolean) => ({
      window: tf.backend_util.computeConv2DInfo(
        [8, 28, 28, 128],
        depthwise ? [size, size, 128, 1] : filterShape,
        1,
        1,
        "same",
        "floor",
        depthwise,
      ),
      filterShape,
    });
    const chosen = () => [
      prefersWinograd(typical),
      prefersProducts("float32", images, gradient(1, [1, 1, 128, 128], false)),
      prefersColumns("float32", images, gradient(7, [7, 7, 1, 128], true)),
    ];
    const device = backend.isUsingGpuDevice;
    try {
      backend.isUsingGpuDevice = false;
      assertEquals(chosen(), [true, true, true]);
      backend.isUsingGpuDevice = true;
      assertEquals(chosen(), [false, false, false]);
    } finally {
      backend.isUsingGpuDevice = device;
    }
  },
);

Deno.test(
  "convolution: both algorithms agree, and only a 3×3 that keeps the size takes the fast one",
  needs("read", "ffi", "env", "run", "processor"),
  async () => {
    await useEngine();
    tf.engine().startScope();
    const x = tf.abs<Tensor4D>(waves<tf.Rank.R4>([12, 14, 12, 128])),
      kernel = tf.abs<Tensor4D>(waves<tf.Rank.R4>([3, 3, 128, 128]));
    const unit = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const;
    const both = (options: Parameters<typeof convolution>[2]) => {
      const fast = convolution(x, kernel, options);
      tf.env().set(exactConvolution, true);
      try {
        return [fast, convolution(x, kernel, options)].map((y) => Float32Array.from(y.dataSync()));
      } finally {
        tf.env().set(exactConvolution, false);
      }
    };
    const difference = ([a, b]: ReturnType<typeof both>) =>
      a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
    const largest = (values: ReturnType<typeof both>) => values[1].reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    for (const padding of [[1, 1], "same"] as const) {
      const values = both({ ...unit, padding });
      assert(difference(values) > 0, "the fast algorithm was not taken");
      assert(difference(values) < 2e-5 * largest(values), `off by ${difference(values)} of ${largest(values)}`);
    }
    assertEquals(difference(both({ ...unit, stride: [1, 2] })), 0);
    assertEquals(difference(both({ ...unit, padding: [0, 1] })), 0);
    assertEquals(difference(both({ ...unit, padding: [2, 2], dilation: [2, 2] })), 0);
    tf.engine().endScope();
  },
);
