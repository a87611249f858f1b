/**
 * A network that is not in the registry: a small residual network with squeeze-and-excitation (Hu et al. 2018) and a layer
 * of its own, blur pooling (Zhang 2019). Train it with `deno task train --model docs/examples/my_model.ts`.
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  asImage,
  batchNorm,
  conv,
  create,
  defineLayer,
  dense,
  globalPool,
  identity,
  type ModelOptions,
  multiply,
  relu,
  residual,
  sigmoid,
  silu,
  type Spec,
  stack,
} from "@thorax/thorax";

/** Halves an image without aliasing, `[H, W, C]` → `[⌈H / 2⌉, ⌈W / 2⌉, C]`. */
interface BlurPool {
  readonly type: "blurPool";
}

declare module "@thorax/thorax" {
  interface Layers {
    blurPool: BlurPool;
  }
}

/** The binomial filter of 3×3 taps, which passes low frequencies alone; its sum is 1. */
const binomial = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((tap) => tap / 16);

const blurPoolLayer = defineLayer<BlurPool>({
  type: "blurPool",
  fields: {},
  shape(_, input, at) {
    const [height, width, channels] = asImage(input, at);
    return [Math.ceil(height / 2), Math.ceil(width / 2), channels];
  },
  apply(_, __, x) {
    const filter = tf.tile(tf.tensor4d(binomial, [3, 3, 1, 1]), [1, 1, x.shape[3] ?? 1, 1]);
    const padded = tf.pad(x as tf.Tensor4D, [[0, 0], [1, 1], [1, 1], [0, 0]]);
    return tf.depthwiseConv2d(padded, filter as tf.Tensor4D, 2, "valid");
  },
  summary: () => "3×3, stride 2",
});

const blurPool = () => create(blurPoolLayer, {});

const convNorm = (filters: number, kernel: number, stride = 1) =>
  stack({ conv: conv(filters, kernel, { stride, padding: (kernel - 1) / 2, bias: false }), bn: batchNorm() });

/** Weighs each channel by a look at the whole image. */
const squeezeExcite = (filters: number) =>
  multiply({
    image: identity(),
    gate: stack([globalPool(), dense(filters / 8), relu(), dense(filters), sigmoid()]),
  });

const block = (filters: number) =>
  stack({
    block: residual(
      stack([convNorm(filters, 3, 2), silu(), convNorm(filters, 3), squeezeExcite(filters)]),
      { shortcut: stack([blurPool(), convNorm(filters, 1)]) },
    ),
    silu: silu(),
  });

/** The definitions that `compile` needs beside the spec. */
export const layers = [blurPoolLayer];

/** Makes the spec, for as many classes as the data has. */
export default function myModel({ numClasses }: ModelOptions): Spec {
  return stack({
    stem: convNorm(32, 5, 2),
    silu: silu(),
    blocks: stack([64, 128, 256].map(block)),
    pool: globalPool(),
    head: dense(numClasses),
  });
}
