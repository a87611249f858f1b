import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, hasKernel, nativeBackend, nativeKernel, runNative, types } from "./native.ts";

/** The precision in which a forward pass and its gradients are computed. */
export type Precision = "float32" | "bfloat16";

/** The precision of a tensor. tfjs knows no bfloat16 and sees such a tensor as float32. */
export function precisionOf(x: Tensor): Precision {
  return nativeBackend()?.isBfloat16(x) ? "bfloat16" : "float32";
}

/**
 * Rounds x to bfloat16, which has float32's range and 8 bits of significand. The gradient is float32.
 *
 * @throws {Error} on any backend but the native one
 */
export function toBfloat16<X extends Tensor>(x: X): X {
  if (precisionOf(x) === "bfloat16") return x;
  if (!hasKernel("ToBfloat16")) {
    throw new Error(`the backend ${tf.getBackend()} has no bfloat16; call openEngine() first`);
  }
  return runNative("ToBfloat16", { x });
}

/** Casts x to float32, if it is not float32 already. */
export function toFloat32<X extends Tensor>(x: X): X {
  return precisionOf(x) === "bfloat16" ? runNative("ToFloat32", { x }) : x;
}

/** Casts a float32 weight to the precision of `x`. */
export function castLike<W extends Tensor>(weight: W, x: Tensor): W {
  return precisionOf(x) === "bfloat16" ? toBfloat16(weight) : weight;
}

const cast = (kernelName: string, from: number, to: number) => {
  const attributes = [attribute.type("SrcT", from), attribute.type("DstT", to)];
  return nativeKernel(kernelName, ({ inputs: { x }, backend }) => backend.executeSingleOutput("Cast", attributes, [x]));
};

export const precisionKernels = [
  cast("ToBfloat16", types.float32, types.bfloat16),
  cast("ToFloat32", types.bfloat16, types.float32),
];

const gradientOf = (kernelName: string, back: (dy: Tensor) => Tensor): tf.GradConfig => ({
  kernelName,
  gradFunc: (dy) => {
    if (Array.isArray(dy)) throw new TypeError(`${kernelName} has one output`);
    return { x: () => tf.clone(back(dy)) };
  },
});

export const precisionGradients = [gradientOf("ToBfloat16", toFloat32), gradientOf("ToFloat32", toBfloat16)];

/**
 * Measures how many times as fast the backend in use computes a convolution in bfloat16: above 1 if the processor or
 * GPU has instructions for it, below 1 if they are emulated, 0 if it refuses. It compares the best of a few runs each,
 * in turn.
 */
export function bfloat16Speedup(): number {
  try {
    return tf.tidy(measureSpeedup);
  } catch {
    return 0;
  }
}

function measureSpeedup(): number {
  // large enough for the convolution to take most of the time: 2 GFLOP, on a GPU 118
  const [batch, side, channels] = nativeBackend()?.isUsingGpuDevice ? [32, 56, 256] : [8, 28, 128];
  const x: Tensor4D = tf.ones([batch, side, side, channels]);
  const kernel: Tensor4D = tf.ones([3, 3, channels, channels]);
  const lowX = toBfloat16(x), lowKernel = toBfloat16(kernel);
  const time = (x: Tensor4D, kernel: Tensor4D) => {
    const start = performance.now();
    tf.tidy(() => tf.max(tf.conv2d(x, kernel, 1, "same")).dataSync());
    return performance.now() - start;
  };
  const times = Array.from({ length: 6 }, () => [time(x, kernel), time(lowX, lowKernel)]);
  const best = (which: 0 | 1) => Math.min(...times.map((pair) => pair[which]));
  return best(0) / best(1);
}
