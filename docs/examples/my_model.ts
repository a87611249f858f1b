/**
 * A network that is not in the registry: a small residual network with squeeze-and-excitation (Hu et al. 2018) and Swish,
 * which is a layer of its own. Train it with `deno task train --model docs/examples/my_model.ts`.
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  batchNorm,
  conv,
  create,
  defineLayer,
  dense,
  fields,
  globalPool,
  identity,
  type ModelOptions,
  multiply,
  pool,
  relu,
  residual,
  type Spec,
  stack,
} from "@thorax/thorax";

/** A smooth activation: sigmoid(x), or x · sigmoid(x). */
interface Activation {
  readonly type: "activation";
  readonly kind: "sigmoid" | "swish";
}

declare module "@thorax/thorax" {
  interface Layers {
    activation: Activation;
  }
}

const activationLayer = defineLayer<Activation>({
  type: "activation",
  fields: { kind: fields.oneOf("sigmoid", "swish") },
  shape: (_, input) => input,
  apply: ({ kind }, _, x) => kind === "sigmoid" ? tf.sigmoid(x) : tf.mul(x, tf.sigmoid(x)),
  summary: ({ kind }) => kind,
});

const activation = (kind: Activation["kind"]) => create(activationLayer, { kind });

const convNorm = (filters: number, kernel: number, stride = 1) =>
  stack({ conv: conv(filters, kernel, { stride, padding: (kernel - 1) / 2, bias: false }), bn: batchNorm() });

/** Weighs each channel by a look at the whole image. */
const squeezeExcite = (filters: number) =>
  multiply({
    image: identity(),
    gate: stack([globalPool(), dense(filters / 8), relu(), dense(filters), activation("sigmoid")]),
  });

const block = (filters: number) =>
  stack({
    block: residual(
      stack([convNorm(filters, 3, 2), activation("swish"), convNorm(filters, 3), squeezeExcite(filters)]),
      { shortcut: stack([pool(2, { kind: "average" }), convNorm(filters, 1)]) },
    ),
    activation: activation("swish"),
  });

/** What `compile` needs to know beside the spec. */
export const layers = [activationLayer];

/** The spec, for as many classes as the data has. */
export default function myModel({ numClasses }: ModelOptions): Spec {
  return stack({
    stem: convNorm(32, 5, 2),
    activation: activation("swish"),
    blocks: stack([64, 128, 256].map(block)),
    pool: globalPool(),
    head: dense(numClasses),
  });
}
