import type { FaultTable } from "../mutant.ts";

/** Faults of layers, of their compilation, and of the registry's models. */
export const models: FaultTable = {
  "dsl/initializers.ts": [
    [
      "truncated at two standard deviations",
      "fillNormal(values, init.std, stream, 2)",
      "fillNormal(values, init.std, stream, 2 * init.std)",
    ],
    ["a uniform distribution that is too narrow", "const bound = Math.sqrt(3) * std;", "const bound = std;"],
    ["fans leave the window out", "fanOut: window * outputs", "fanOut: outputs"],
  ],
  "dsl/layers/conv.ts": [
    ["drawn by fan-in", 'init: initializer(kaimingNormal({ mode: "fanOut" }))', "init: initializer(kaimingNormal())"],
    ["a bias of ones", "biasInit: initializer(zeros)", 'biasInit: initializer({ type: "constant", value: 1 })'],
    [
      "groups do not matter to the kernel",
      "const kernel = [...spec.kernel, channels / spec.groups,",
      "const kernel = [...spec.kernel, channels,",
    ],
  ],
  "dsl/layers/dense.ts": [
    ["the bias is drawn by its own fan", "init: spec.biasInit, fansOf: kernel }", "init: spec.biasInit }"],
  ],
  "dsl/layers/batch_norm.ts": [
    ["momentum as TensorFlow uses the word", "momentum: optional(rate, 0.1)", "momentum: optional(rate, 0.9)"],
    ["folding leaves ε out", "tf.rsqrt(tf.add(variance, epsilon))", "tf.rsqrt(tf.add(variance, epsilon - epsilon))"],
  ],
  "dsl/layers/stochastic_depth.ts": [
    ["the rate is that of keeping", "drop(x, rate, seed())", "drop(x, 1 - rate, seed())"],
  ],
  "dsl/compile/remat.ts": [
    ["no segment is computed again", "isSegment: true", "isSegment: false"],
    ["every part is a segment", "!segment || mayStart(part) && mayEnd(segment)", "!segment || mayStart(part)"],
  ],
  "models/vgg.ts": [
    ["first weights are ten times too large", "normal({ std: 0.01 })", "normal({ std: 0.1 })"],
  ],
  "models/vit.ts": [
    ["first weights are ten times too large", "truncatedNormal({ std: 0.02 })", "truncatedNormal({ std: 0.2 })"],
    ["the layer norm's ε is PyTorch's own", "layerNorm({ epsilon: 1e-6 })", "layerNorm({ epsilon: 1e-5 })"],
  ],
  "models/convnext.ts": [
    ["first weights are ten times too large", "truncatedNormal({ std: 0.02 })", "truncatedNormal({ std: 0.2 })"],
    ["the layer scale begins at 1", "constant(1e-6)", "constant(1)"],
    ["stochastic depth has one rate", "rate * before++ / last", "rate"],
  ],
  "models/densenet.ts": [
    ["drawn by fan-out", "init: kaimingNormal()", 'init: kaimingNormal({ mode: "fanOut" })'],
  ],
  "models/efficientnet.ts": [
    [
      "the last layer is drawn by fan-in",
      'kaimingUniform({ mode: "fanOut", gain',
      'kaimingUniform({ mode: "fanIn", gain',
    ],
    ["stochastic depth has one rate", "drop: rate * before / total", "drop: rate"],
  ],
  "models/mobilenet_v3.ts": [
    ["the batch norm's ε is PyTorch's own", "epsilon: 0.001", "epsilon: 1e-5"],
  ],
};
