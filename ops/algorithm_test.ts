import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { useEngine } from "../tests/engine.ts";
import {
  type ConvolutionShape,
  exactConvolution,
  prefersColumns,
  prefersFloat32,
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

/** The gradient of a filter whose convolution keeps the size, but for its stride, and the images' shape. */
function filterGradient([side, inputs, filters]: readonly number[], kernel: number, stride: number) {
  const images: [number, number, number, number] = [8, side, side, inputs];
  const filterShape: [number, number, number, number] = [kernel, kernel, inputs, filters];
  const window = tf.backend_util.computeConv2DInfo(images, filterShape, stride, 1, "same", "floor");
  return [images, { window, filterShape }] as const;
}

Deno.test(
  "prefersProducts: from the channels and up to the sides at which they were measured to be faster",
  needs("read", "ffi", "env", "run", "processor"),
  async () => {
    await useEngine();
    const faster = (precision: "float32" | "bfloat16", kernel: number, stride: number, ...shapes: number[][]) =>
      shapes.map((shape) => prefersProducts(precision, ...filterGradient(shape, kernel, stride)));
    assertEquals(faster("float32", 1, 1, [56, 64, 128], [56, 128, 63]), [true, false]);
    assertEquals(faster("float32", 1, 2, [56, 256, 512]), [false]);
    assertEquals(faster("bfloat16", 1, 2, [56, 256, 512], [56, 255, 512]), [true, false]);
    assertEquals(faster("float32", 3, 1, [14, 256, 256]), [false]);
    assertEquals(faster("bfloat16", 3, 1, [28, 192, 192], [29, 192, 192], [28, 191, 192]), [true, false, false]);
    for (const precision of ["float32", "bfloat16"] as const) {
      assertEquals(faster(precision, 3, 2, [28, 128, 256], [30, 128, 256], [28, 127, 256]), [true, false, false]);
      assertEquals(faster(precision, 5, 1, [14, 256, 256]), [false]);
    }
  },
);

Deno.test(
  "prefersColumns: wide depthwise filters in float32 alone",
  needs("read", "ffi", "env", "run", "processor"),
  async () => {
    await useEngine();
    const ofFilter = (kernel: number, filters = 96) => {
      const [images, { window }] = filterGradient([14, 96, filters], kernel, 1);
      return [images, { window, filterShape: [kernel, kernel, 1, filters] }] as const;
    };
    assertEquals([3, 4, 7].map((kernel) => prefersColumns("float32", ...ofFilter(kernel))), [false, true, true]);
    assertEquals(prefersColumns("bfloat16", ...ofFilter(7)), false);
    assertEquals(prefersColumns("float32", ...ofFilter(7, 192)), false);
  },
);

Deno.test("prefersFloat32: at most 16 rows, and a matrix of at least 2²⁰ values", async () => {
  await tf.setBackend("cpu");
  tf.tidy(() => {
    const [large, small] = [tf.zeros([1024, 1024]), tf.zeros([1024, 1023])];
    assertEquals([16, 17].map((rows) => prefersFloat32(rows, large)), [true, false]);
    assertEquals(prefersFloat32(16, small), false);
  });
});

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
