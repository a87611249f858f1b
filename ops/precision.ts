import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attribute, hasKernel, nativeBackend, nativeKernel, runNative, types } from "./native.ts";

/** In what a forward pass and its gradients are computed. */
export type Precision = "float32" | "bfloat16";

/** What a tensor that tfjs takes for float32 is: tfjs has no bfloat16. */
export function precisionOf(x: Tensor): Precision {
  return nativeBackend()?.isBfloat16(x) ? "bfloat16" : "float32";
}

/**
 * x rounded to bfloat16: float32's range with 8 bits of significand. Its gradient is float32 again.
 *
 * @throws {Error} on a backend other than the native one
 */
export function toBfloat16<X extends Tensor>(x: X): X {
  if (precisionOf(x) === "bfloat16") return x;
  if (!hasKernel("ToBfloat16")) {
    throw new Error(`the backend ${tf.getBackend()} has no bfloat16; call openEngine() first`);
  }
  return runNative("ToBfloat16", { x });
}

/** x in float32, which it may be already. */
export function toFloat32<X extends Tensor>(x: X): X {
  return precisionOf(x) === "bfloat16" ? runNative("ToFloat32", { x }) : x;
}

/** A weight, which is float32, as a tensor is that it meets. */
export function like<W extends Tensor>(weight: W, x: Tensor): W {
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
 * How many times as fast the backend in use computes a convolution in bfloat16: above 1 where the processor or GPU has instructions
 * for it, below where they are emulated, 0 where it refuses. Best of a few each, in turn.
 */
export function bfloat16Speedup(): number {
  try {
    return tf.tidy(measureSpeedup);
  } catch {
    return 0;
  }
}

function measureSpeedup(): number {
  // large enough that the time is the convolution's: 2 GFLOP, on a GPU 118
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
