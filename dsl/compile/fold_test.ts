import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { batchNorm } from "../layers/batch_norm.ts";
import { compile, type Model } from "./compile.ts";
import { concat } from "../combinators/concat.ts";
import { conv } from "../layers/conv.ts";
import { defineLayer } from "../define_layer.ts";
import { dense } from "../layers/dense.ts";
import { flatten } from "../layers/flatten.ts";
import { identity, relu } from "../layers/activations.ts";
import type { AnySpec } from "../any_spec.ts";
import type { Weights } from "../layer.ts";
import { repeat } from "../combinators/repeat.ts";
import { residual } from "../combinators/residual.ts";
import type { Spec } from "../spec.ts";
import { stack } from "../combinators/stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { waveWeights } from "../testing.ts";

const bare = (filters: number) => conv(filters, 3, { padding: 1, bias: false });

/** Waves; the variances around 2. */
function weightsOf(model: Model): Weights {
  return Object.fromEntries(
    Object.entries(waveWeights(model)).map((
      [path, value],
    ) => [path, path.endsWith("variance") ? tf.add(value, 2) : value]),
  );
}

/** The weights for inference, whose outputs must be the same. */
function inferenceWeights(model: Model): Weights {
  const weights = weightsOf(model), x = waves([2, ...model.input]);
  const { output } = model.apply(weights, x, { training: false });
  const inference = model.forInference(weights);
  assertTensor(
    inference.apply(inference.weights, x),
    output.shape,
    [...output.dataSync()],
    1e-5 * tf.max(tf.abs(output)).dataSync()[0],
  );
  return inference.weights;
}

const cases: Readonly<Record<string, { readonly spec: Spec; readonly paths: readonly string[] }>> = {
  "a batch norm goes into the convolution before it, which has a bias then": {
    spec: stack({ conv: bare(3), bn: batchNorm(), relu: relu() }),
    paths: ["conv/kernel", "conv/bias"],
  },
  "a bias is scaled too": {
    spec: stack({ conv: conv(3, 1), bn: batchNorm({ epsilon: 1e-2 }) }),
    paths: ["conv/kernel", "conv/bias"],
  },
  "groups, stride and dilation do not matter": {
    spec: stack({ conv: conv(4, [2, 3], { groups: 2, stride: [1, 2], dilation: 2, padding: 2 }), bn: batchNorm() }),
    paths: ["conv/kernel", "conv/bias"],
  },
  "in another part of the model than the convolution": {
    spec: stack({ features: stack([relu(), bare(3)]), norm: stack({ bn: batchNorm() }) }),
    paths: ["features/1/kernel", "features/1/bias"],
  },
  "every copy of a repeated part by itself": {
    spec: repeat(2, stack({ conv: bare(2), bn: batchNorm() })),
    paths: ["0/conv/kernel", "0/conv/bias", "1/conv/kernel", "1/conv/bias"],
  },
  "in a residual's body and in its shortcut": {
    spec: residual(stack({ conv: bare(3), bn: batchNorm() }), {
      shortcut: stack({ conv: conv(3, 1, { bias: false }), bn: batchNorm() }),
    }),
    paths: ["body/conv/kernel", "body/conv/bias", "shortcut/conv/kernel", "shortcut/conv/bias"],
  },
  "not where there is something between them": {
    spec: stack({ conv: bare(3), relu: relu(), bn: batchNorm() }),
    paths: ["conv/kernel", "bn/scale", "bn/offset", "bn/mean", "bn/variance"],
  },
  "not where nothing is before it": {
    spec: stack({ bn: batchNorm(), conv: bare(3) }),
    paths: ["bn/scale", "bn/offset", "bn/mean", "bn/variance", "conv/kernel"],
  },
  "not where the convolution's values go elsewhere too": {
    spec: stack({ conv: bare(2), block: residual(stack({ bn: batchNorm(), conv: bare(2) })) }),
    paths: [
      "conv/kernel",
      "block/body/bn/scale",
      "block/body/bn/offset",
      "block/body/bn/mean",
      "block/body/bn/variance",
    ]
      .concat("block/body/conv/kernel"),
  },
  "not after several were joined": {
    spec: stack({ all: concat({ conv: bare(1), same: identity() }), bn: batchNorm() }),
    paths: ["all/conv/kernel", "bn/scale", "bn/offset", "bn/mean", "bn/variance"],
  },
  "one of two that follow each other": {
    spec: stack({ conv: bare(2), first: batchNorm(), second: batchNorm() }),
    paths: ["conv/kernel", "conv/bias", "second/scale", "second/offset", "second/mean", "second/variance"],
  },
};

for (const [name, { spec, paths }] of Object.entries(cases)) {
  Deno.test(`forInference: ${name}`, () => {
    assertEquals(Object.keys(inferenceWeights(compile(spec, { input: [5, 6, 2] }))), paths);
  });
}

Deno.test("forInference: the folded numbers by hand", () => {
  const model = compile(stack({ conv: conv(2, 1), bn: batchNorm({ epsilon: 1 }) }), { input: [1, 1, 1] });
  const { weights } = model.forInference({
    "conv/kernel": tf.tensor4d([10, 20], [1, 1, 1, 2]),
    "conv/bias": tf.tensor1d([1, 2]),
    "bn/scale": tf.tensor1d([4, 6]),
    "bn/offset": tf.tensor1d([100, 200]),
    "bn/mean": tf.tensor1d([3, 5]),
    "bn/variance": tf.tensor1d([3, 8]),
  });
  assertTensor(weights["conv/kernel"], [1, 1, 1, 2], [20, 40], 1e-5); // times 4/√4 and 6/√9
  assertTensor(weights["conv/bias"], [2], [96, 194], 1e-4); // (1 − 3)·2 + 100 and (2 − 5)·2 + 200
});

Deno.test("forInference: a layer of one's own is folded, into a dense layer too", () => {
  interface Double extends AnySpec {
    readonly type: "double";
  }
  const double = defineLayer<Double>({
    type: "double",
    fields: {},
    shape: (_, input) => input,
    apply: (_, __, x) => tf.mul(x, 2),
    affine: () => ({ scale: tf.tensor1d([2, 2, 2]), offset: tf.zeros([3]) }),
  });
  const spec = stack({ flatten: flatten(), head: dense(3), double: { type: "double" } as unknown as Spec });
  const model = compile(spec, { input: [2, 2, 1], layers: [double] });
  const weights = waveWeights(model), folded = inferenceWeights(model);
  assertTensor(folded["head/kernel"], [4, 3], [...weights["head/kernel"].dataSync()].map((value) => 2 * value));
});

Deno.test("forInference: only the weights are left allocated, and the ones given stay as they are", () => {
  const model = compile(cases["not after several were joined"].spec, { input: [5, 6, 2] });
  const other = compile(cases["a bias is scaled too"].spec, { input: [5, 6, 2] });
  for (const each of [model, other]) {
    const weights = weightsOf(each), before = tf.memory().numTensors;
    const values = Object.values(weights).map((tensor) => [...tensor.dataSync()]);
    const inference = each.forInference(weights);
    assertEquals(tf.memory().numTensors - before, Object.keys(inference.weights).length);
    assert(inference.apply === each.forInference(weights).apply);
    tf.dispose({ ...inference.weights });
    assertEquals(Object.values(weights).map((tensor) => [...tensor.dataSync()]), values);
  }
});

Deno.test("forInference: a weight that is missing is named", () => {
  const model = compile(cases["a bias is scaled too"].spec, { input: [5, 6, 2] });
  const { "bn/mean": _, ...others } = weightsOf(model);
  assertEquals(assertThrows(() => model.forInference(others), TypeError).message, 'there is no weight "bn/mean"');
});
