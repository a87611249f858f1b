import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { batchNorm } from "../layers/batch_norm.ts";
import { compile } from "./compile.ts";
import { conv } from "../layers/conv.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { flatten } from "../layers/flatten.ts";
import { freeze } from "./freeze.ts";
import { globalPool } from "../layers/global_pool.ts";
import { pool } from "../layers/pool.ts";
import { relu } from "../layers/activations.ts";
import { residual } from "../combinators/residual.ts";
import type { Spec } from "../spec.ts";
import { stack } from "../combinators/stack.ts";
import { waves } from "../../ops/testing.ts";
import { waveWeights } from "../testing.ts";

const bare = (filters: number) => conv(filters, 3, { padding: 1, bias: false });
const network = stack({
  stem: stack({ conv: bare(4), bn: batchNorm(), relu: relu(), drop: dropout(0.5), pool: pool(2) }),
  block: residual(stack({ conv: bare(4), bn: batchNorm() })),
  relu: relu(),
  pool: globalPool(),
  drop: dropout(0.5),
  head: dense(3),
});
const below = (...starts: string[]) => (path: string) => starts.some((start) => path.startsWith(`${start}/`));
const frozen = (spec: Spec, ...starts: string[]) => freeze(compile(spec, { input: [8, 8, 1] }), below(...starts));
const training = { training: true, seed: tf.tensor1d([1, 2], "int32") };

/** Positive variances. */
const weightsOf = (model: ReturnType<typeof compile>) =>
  Object.fromEntries(
    Object.entries(waveWeights(model)).map(([path, tensor]) => [
      path,
      path.endsWith("/variance") ? tf.add(tf.abs(tensor), 0.5) : tensor,
    ]),
  );
const assertNear = (actual: Tensor, expected: Tensor) => {
  const values = expected.dataSync();
  actual.dataSync().forEach((value, i) => assertAlmostEquals(value, values[i], 1e-5));
};

Deno.test("freeze: what is frozen is not trainable, and the table is else the same", () => {
  const whole = compile(network, { input: [8, 8, 1] }), { model, body, rest } = frozen(network, "stem", "block/body");
  assertEquals(model.parameters.map(({ path }) => path), whole.parameters.map(({ path }) => path));
  assertEquals(model.parameters.filter(({ trainable }) => trainable).map(({ path }) => path), [
    "head/kernel",
    "head/bias",
  ]);
  assertEquals([model.spec, model.output], [whole.spec, whole.output]);
  assertEquals(body?.parameters.map(({ path }) => path), model.parameters.slice(0, -2).map(({ path }) => path));
  assertEquals([rest.input, rest.parameters.map(({ path }) => path)], [[4], ["head/kernel", "head/bias"]]);
});

Deno.test("freeze: before all that is trained nothing is dropped, and batch norms go by their statistics and keep them", () => {
  const { model, body, rest } = frozen(network, "stem");
  const weights = weightsOf(model), x = waves([2, 8, 8, 1]);
  const { output, state } = model.apply(weights, x, training);
  assertEquals(Object.keys(state), ["block/body/bn/mean", "block/body/bn/variance"]);
  const features = body?.apply(weights, x, { training: false }).output;
  assertEquals(features?.shape, [2, 4, 4, 4]);
  assertNear(output, rest.apply(weights, features ?? x, training).output);
});

Deno.test("freeze: dropout directly before the first trained layer drops as it did", () => {
  const { model, body, rest } = frozen(network, "stem", "block");
  const weights = weightsOf(model), x = waves([2, 8, 8, 1]);
  assertEquals([body?.output, rest.input], [[4], [4]]);
  const [first, again] = [1, 2].map((seed) =>
    model.apply(weights, x, { training: true, seed: tf.tensor1d([seed, seed], "int32") }).output.dataSync()
  );
  assertEquals(first.some((value, i) => value !== again[i]), true);
});

Deno.test("freeze: behind a trained layer a frozen batch norm goes by its statistics, and one in part is trained on", () => {
  const spec = stack({ conv: bare(4), bn: batchNorm(), flatten: flatten(), head: dense(3) });
  const whole = compile(spec, { input: [8, 8, 1] }), weights = weightsOf(whole), x = waves([2, 8, 8, 1]);
  const { model, body } = freeze(whole, below("bn"));
  const { output, state } = model.apply(weights, x, training);
  assertEquals([body, Object.keys(state)], [undefined, []]);
  assertNear(output, whole.apply(weights, x, { training: false }).output);
  const inPart = freeze(whole, (path) => path === "bn/scale").model.apply(weights, x, training);
  assertEquals(Object.keys(inPart.state), ["bn/mean", "bn/variance"]);
  assertNear(inPart.output, whole.apply(weights, x, training).output);
});

Deno.test("freeze: no gradient runs into what is before all that is trained, nor to a frozen kernel behind", async () => {
  const spec = stack({ a: bare(2), b: bare(3), c: bare(4), pool: globalPool(), head: dense(3) });
  const counts = async (...starts: string[]) => {
    const { model } = frozen(spec, ...starts), weights = waveWeights(model), x = waves([2, 8, 8, 1]);
    const trained = model.parameters.filter(({ trainable }) => trainable).map(({ path }) => weights[path]);
    const { kernels } = await tf.profile(() =>
      tf.grads(() => tf.sum(model.apply(weights, x, training).output))(trained)
    );
    return ["Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput"].map((kernel) =>
      kernels.filter(({ name }) => name === kernel).length
    );
  };
  assertEquals([await counts(), await counts("a", "b"), await counts("b")], [[3, 3, 2], [3, 1, 0], [3, 2, 2]]);
});

Deno.test("freeze: where everything is frozen there is nothing to train", () => {
  assertThrows(() => frozen(network, "stem", "block", "head"), TypeError, "nothing is left to train");
});
