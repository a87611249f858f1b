import * as tf from "@tensorflow/tfjs-core";
import type { Scalar } from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { adaptivePool } from "../layers/adaptive_pool.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { compile } from "./compile.ts";
import { conv } from "../layers/conv.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import expected from "../golden/expected.json" with { type: "json" };
import { flatten } from "../layers/flatten.ts";
import type { Weights } from "../layer.ts";
import { relu } from "../layers/activations.ts";
import { residual } from "../combinators/residual.ts";
import { stack } from "../combinators/stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { waveWeights } from "../testing.ts";

const network = stack({
  stem: conv(4, 3, { stride: [2, 1], padding: 1 }),
  block: residual(stack({ conv: conv(4, 3, { padding: 1, bias: false }), bn: batchNorm() })),
  relu: relu(),
  pool: adaptivePool([3, 4]),
  flatten: flatten(),
  head: dense(3),
});
const model = compile(network, { input: [7, 6, 2] });

Deno.test("compile: parameters in the order in which layers run, with what the optimizer must know", () => {
  assertEquals(model.parameters.map(({ path, shape, trainable }) => [path, shape, trainable]), [
    ["stem/kernel", [3, 3, 2, 4], true],
    ["stem/bias", [4], true],
    ["block/body/conv/kernel", [3, 3, 4, 4], true],
    ["block/body/bn/scale", [4], true],
    ["block/body/bn/offset", [4], true],
    ["block/body/bn/mean", [4], false],
    ["block/body/bn/variance", [4], false],
    ["head/kernel", [48, 3], true],
    ["head/bias", [3], true],
  ]);
  assertEquals([model.input, model.output], [[7, 6, 2], [3]]);
});

// PyTorch in float64: the same network on waves([2, 7, 6, 2]) with waves for weights, running statistics 0 and 1;
// the loss is the mean of the squared logits.
const golden = expected.network;

const weights: Weights = {
  ...waveWeights(model),
  "block/body/bn/mean": tf.zeros([4]),
  "block/body/bn/variance": tf.ones([4]),
};

Deno.test("apply: outputs, gradients and new statistics of a training pass equal PyTorch's", () => {
  const x = waves([2, 7, 6, 2]);
  const names = Object.keys(golden.gradientNorms);
  const step = tf.valueAndGrads((...values) => {
    const trained = Object.fromEntries(values.map((value, i) => [names[i], value]));
    const { output, state } = model.apply({ ...weights, ...trained }, x, { training: true });
    assertTensor(output, [2, 3], golden.logits, 1e-5);
    assertEquals(Object.keys(state), ["block/body/bn/mean", "block/body/bn/variance"]);
    assertTensor(state["block/body/bn/mean"], [4], golden.mean);
    assertTensor(state["block/body/bn/variance"], [4], golden.variance);
    return tf.mean(tf.square(output)) as Scalar;
  });
  const { value, grads } = step(names.map((name) => weights[name]));
  assertAlmostEquals(value.dataSync()[0], golden.loss, 1e-5);
  for (const [i, [name, norm]] of Object.entries(golden.gradientNorms).entries()) {
    assertAlmostEquals(tf.norm(grads[i]).dataSync()[0] / norm, 1, 1e-5, name);
  }
});

Deno.test("apply: leaves its output and state allocated, and nothing else", () => {
  const x = waves([2, 7, 6, 2]), before = tf.memory().numTensors;
  const inference = model.apply(weights, x, { training: false });
  assertEquals([tf.memory().numTensors - before, inference.state], [1, {}]);
  const { output, state } = model.apply(weights, x, { training: true });
  assertEquals(tf.memory().numTensors - before, 4);
  tf.dispose([inference.output, output, state]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("apply: a batch of another shape, and a weight that is missing, are named", () => {
  assertEquals(
    assertThrows(() => model.apply(weights, waves([2, 6, 7, 2]), { training: false }), TypeError).message,
    "expected a batch [N, 7, 6, 2], got [2, 6, 7, 2]",
  );
  const { "head/bias": _, ...others } = weights;
  assertEquals(
    assertThrows(() => model.apply(others, waves([2, 7, 6, 2]), { training: false }), TypeError).message,
    'there is no weight "head/bias"',
  );
});

Deno.test("init: the seed and the path decide, whatever stands around", () => {
  const small = compile(stack({ head: dense(3), tail: dense(2) }), { input: [4] });
  const large = compile(stack({ drop: dropout(0.5), head: dense(3), other: dense(7), tail: dense(2) }), { input: [4] });
  const head = (m: typeof small, seed: number) => m.init(seed)["head/kernel"].dataSync().join();
  assertEquals(head(small, 1), head(small, 1));
  assertEquals(head(small, 1), head(large, 1));
  assert(head(small, 1) !== head(small, 2));
});

Deno.test("compile: an input that is no shape is refused", () => {
  assertEquals(
    assertThrows(() => compile(relu(), { input: [224, 0, 1] }), TypeError).message,
    "input must be positive integers such as [224, 224, 1], got [224, 0, 1]",
  );
});
