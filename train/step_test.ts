import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { compile } from "../dsl/compile/compile.ts";
import { create } from "../dsl/create.ts";
import { defineLayer } from "../dsl/define_layer.ts";
import { conv } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { freeze } from "../dsl/compile/freeze.ts";
import { pool } from "../dsl/layers/pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { inSegments } from "../dsl/compile/remat.ts";
import { repeat } from "../dsl/combinators/repeat.ts";
import { residual } from "../dsl/combinators/residual.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { nativeBackend } from "../ops/native.ts";
import { bfloat16Speedup } from "../ops/precision.ts";
import { assertTraces } from "../runtime/mod.ts";
import { engineTest } from "../runtime/testing.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { smallResNet, smallVgg } from "../tests/small_models.ts";
import { tinyModel } from "../tests/tiny.ts";
import { initialState } from "./state.ts";
import { adam } from "./optimizers/adam.ts";
import { stepScalars } from "./optimizers/optimizers.ts";
import { compileStep, stepOf, type StepState } from "./step.ts";

const native = needs("ffi", "env", "read", "run");

/** Numbers that look drawn, the same in every run. */
const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i));
const inputs = (films: number, { seed = 1, step = 1, size = 8 } = {}) => ({
  images: tf.tensor4d(wave(films * size * size), [films, size, size, 1]),
  targets: tf.tensor2d(wave(films * 3).map((value) => value > 0 ? 1 : 0), [films, 3]),
  seed: tf.tensor1d([seed, 7], "int32"),
  scalars: stepScalars(adam(), { step, epoch: 1, learningRate: 0.01 }),
});
const values = ({ weights, slots }: StepState) =>
  [weights, ...Object.values(slots)].flatMap((group) =>
    Object.entries(group).map(([path, t]) => [path, [...t.dataSync()]] as const)
  );

for (const [name, model] of Object.entries({ ResNet: smallResNet(32), VGG: smallVgg() })) {
  engineTest(
    `step: three of a small ${name}, traced and eagerly: the same first loss, and 1e-5 from then on`,
    async () => {
      const eagerly = stepOf(model), traced = compileStep(model);
      const first = () => initialState(model, model.init(3)).tensors;
      let twin = first(), state = first();
      for (const step of [1, 2, 3]) {
        const { scalars: numbers, ...batch } = inputs(4, { step, seed: step, size: 32 });
        const scalars = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, tf.scalar(number)]));
        const [expectedState, expectedResult] = tf.tidy(() => eagerly(twin, { ...batch, scalars }));
        const [nextState, result] = await traced(state, { ...batch, scalars: numbers });
        const [expected, actual] = [expectedResult, result].map((result) => [...result.dataSync()]);
        // a graph has the same kernels forward, and others for biases' gradients (dsl/table_test.ts) and for Adam
        if (step === 1) assertEquals(actual[0], expected[0]);
        actual.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-5 * expected[i], `step ${step}, ${i}`));
        [twin, state] = [expectedState, nextState];
      }
      const expected = values(twin);
      for (const [tensor, [path, actual]] of values(state).entries()) {
        actual.forEach((value, i) => assertAlmostEquals(value, expected[tensor][1][i], 1e-5, `${path}, ${i}`));
      }
      assertTraces(traced, 1);
    },
  );
}

Deno.test("step: dropout follows the seed alone", native, async () => {
  await useEngine();
  const model = tinyModel(), step = compileStep(model, { optimizer: adam({ weightDecay: 0 }) });
  const losses: number[] = [];
  for (const seed of [1, 1, 2]) {
    const [, result] = await step(initialState(model, model.init(3)).tensors, inputs(8, { seed }));
    losses.push(result.dataSync()[0]);
  }
  assertEquals(losses[0], losses[1]);
  assert(losses[0] !== losses[2], `another seed gave the same loss, ${losses[2]}`);
});

Deno.test("step: batch norm's statistics move a tenth of the way to the batch's", native, async () => {
  await useEngine();
  const model = tinyModel({ rate: 0 });
  const weights = model.init(3), given = inputs(8);
  const convolved = tf.conv2d(given.images, weights["conv/kernel"] as tf.Tensor4D, 1, "same");
  const { mean, variance } = tf.moments(convolved, [0, 1, 2]);
  const [expectedMean, expectedVariance] = [[...mean.dataSync()], [...variance.dataSync()]];
  const [state] = await compileStep(model, { optimizer: adam({ weightDecay: 0 }) })(
    initialState(model, weights).tensors,
    given,
  );
  const names = Object.keys(state.weights).filter((path) => path.startsWith("bn/") && !(path in state.slots.means))
    .sort();
  assertEquals(names.length, 2);
  const [meanPath, variancePath] = names;
  const count = 8 * 8 * 8;
  state.weights[meanPath].dataSync().forEach((value, i) => assertAlmostEquals(value, 0.1 * expectedMean[i], 1e-6));
  state.weights[variancePath].dataSync().forEach((value, i) =>
    assertAlmostEquals(value, 0.9 + 0.1 * expectedVariance[i] * count / (count - 1), 1e-6)
  );
});

engineTest("step: what is frozen stays bit for bit, statistics too, has no moments, and takes one trace", async () => {
  const whole = smallResNet(32);
  for (const [name, isFrozen] of [["stem", /^stem/], ["behind", /^layer1/], ["but the head", /^(?!fc)/]] as const) {
    const { model } = freeze(whole, (path) => isFrozen.test(path));
    const weights = model.init(3), before = values({ weights, slots: {} });
    const step = compileStep(model);
    let { tensors: state } = initialState(model, weights);
    for (const number of [1, 2, 3]) [state] = await step(state, inputs(4, { step: number, seed: number, size: 32 }));
    const moved = values({ weights: state.weights, slots: {} }).filter(([, now], i) => `${now}` !== `${before[i][1]}`);
    const unfrozen = model.parameters.map(({ path }) => path).filter((path) => !isFrozen.test(path));
    assertEquals(moved.map(([path]) => path), unfrozen, name);
    assertEquals(Object.keys(state.slots.means), unfrozen.filter((path) => !/\/(mean|variance)$/.test(path)), name);
    assertTraces(step, 1);
  }
});

engineTest("step: parameters with a rate of their own move as under that rate", async () => {
  const model = smallVgg(), rates = new Map([["features/0/0/kernel", 0.1], ["classifier/0/0/kernel", 10]]);
  const moved = async (learningRate: number, options: { rates?: typeof rates } = {}) => {
    const { tensors } = initialState(model, model.init(3));
    const given = { ...inputs(4, { size: 32 }), scalars: stepScalars(adam(), { step: 1, epoch: 1, learningRate }) };
    const [{ weights }] = await compileStep(model, options)(tensors, given);
    return weights;
  };
  const own = await moved(1e-3, { rates });
  for (const multiple of [1, 0.1, 10]) {
    const expected = await moved(1e-3 * multiple);
    for (const { path } of model.parameters.filter(({ path }) => (rates.get(path) ?? 1) === multiple)) {
      const values = expected[path].dataSync();
      own[path].dataSync().forEach((value, i) => assertAlmostEquals(value, values[i], 1e-7, path));
    }
  }
});

/** Resident memory in MB, less what waits for JavaScript's garbage collector. */
function residentMB(): number {
  const { rss, heapTotal, external } = Deno.memoryUsage();
  return (rss - heapTotal - external) / 1e6;
}

engineTest(
  "step: over 500 steps tensors and memory stay as many, of one trace; a short batch has a second",
  async () => {
    const model = smallResNet(64), step = compileStep(model);
    let state = initialState(model, model.init(3)).tensors, taken = 0;
    const held = new Set<number>();
    const take = async (films: number) => {
      const given = inputs(films, { step: ++taken, size: 64 }); // 64 KiB: 26 MB over 400 steps if they were kept
      const [next, result] = await step(state, given);
      state = next;
      tf.dispose([given.images, given.targets, given.seed, result]);
      if (taken > 1) held.add(tf.memory().numTensors);
    };
    while (taken < 100) await take(4);
    const before = residentMB();
    while (taken < 500) await take(4);
    const growth = residentMB() - before;
    assert(growth < 8, `resident memory grew by ${growth.toFixed(1)} MB over 400 steps`);
    assertTraces(step, 1);
    for (const films of [3, 4, 3]) await take(films);
    assertTraces(step, 2);
    assertEquals(held.size, 1, `there were ${[...held]} tensors`);
  },
);

Deno.test("step: on a film that is not finite it says so and leaves the whole state as it was", native, async () => {
  await useEngine();
  const model = tinyModel(), step = compileStep(model);
  const [state] = await step(initialState(model, model.init(3)).tensors, inputs(8));
  const before = values(state);
  const given = { ...inputs(8, { step: 2 }), images: tf.fill([8, 8, 8, 1], NaN) as tf.Tensor4D };
  const [after, result] = await step(state, given);
  const [loss, , finite] = result.dataSync();
  assertEquals([loss, finite], [NaN, 0]);
  assertEquals(values(after), before);
});

for (const precision of ["float32", "bfloat16"] as const) {
  Deno.test(
    `step: in ${precision} with remat three steps leave the same state bit for bit, by one trace`,
    native,
    async () => {
      await useEngine();
      if (precision === "bfloat16" && bfloat16Speedup() === 0) return; // nothing to compute with
      const unit = () => [conv(4, 3, { padding: 1, bias: false }), batchNorm(), relu()];
      const block = () => stack([residual(stack([...unit(), dropout(0.5), ...unit()])), relu()]);
      const spec = stack([...unit(), pool(2), repeat(2, block()), flatten(), dense(3)]);
      const model = compile(spec, { input: [8, 8, 1] });
      assert(inSegments(model.tree) !== model.tree);
      const run = async (remat: boolean) => {
        const step = compileStep(model, { precision, remat });
        let { tensors: state } = initialState(model, model.init(3));
        const before = tf.memory().numTensors, losses: number[] = [];
        for (const number of [1, 2, 3]) {
          const { images, targets, seed, scalars } = inputs(8, { seed: number, step: number });
          const [next, result] = await step(state, { images, targets, seed, scalars });
          losses.push(...result.dataSync());
          tf.dispose([images, targets, seed, result]);
          state = next;
        }
        assertTraces(step, 1);
        assertEquals(tf.memory().numTensors, before);
        return [losses, values(state)];
      };
      assertEquals(await run(true), await run(false));
    },
  );
}

Deno.test("step: remat computes what is in a segment twice, and without it everything once", native, async () => {
  await useEngine();
  let applied = 0;
  interface Doubling {
    readonly type: "counted";
  }
  const counted = defineLayer<Doubling>({
    type: "counted",
    fields: {},
    shape: (_, input) => input,
    apply(_, __, x) {
      applied++;
      return tf.mul(x, 2);
    },
  });
  const unit = () => [conv(4, 3, { padding: 1, bias: false }), create(counted, {}) as never, batchNorm(), relu()];
  const spec = stack([...unit(), pool(2), repeat(2, stack([residual(stack(unit())), relu()])), flatten(), dense(3)]);
  const model = compile(spec, { input: [8, 8, 1], layers: [counted] });
  const timesWith = async (remat: boolean) => {
    applied = 0;
    const { tensors } = initialState(model, model.init(3));
    tf.dispose(await compileStep(model, { remat })(tensors, inputs(8)));
    return applied;
  };
  assertEquals(await timesWith(false), 3);
  assert(await timesWith(true) > 3, `it was applied ${applied} times`);
});

Deno.test("step: with remat the gradient of a large dense layer is made in its update alone", native, async () => {
  await useEngine();
  const backend = nativeBackend();
  assert(backend);
  const spec = stack([flatten(), dense(2 ** 14), relu(), dropout(0.5), relu(), dense(3)]);
  const model = compile(spec, { input: [8, 8, 1] });
  assert(inSegments(model.tree) !== model.tree);
  const updates = async (remat: boolean) => {
    const sizes: number[][] = [], { updateCompiled } = backend;
    backend.updateCompiled = (targets, inputs, ...rest) => {
      sizes.push(inputs.map(({ size }) => size));
      return updateCompiled.call(backend, targets, inputs, ...rest);
    };
    try {
      const { tensors } = initialState(model, model.init(3));
      tf.dispose(await compileStep(model, { remat })(tensors, inputs(8)));
    } finally {
      backend.updateCompiled = updateCompiled;
    }
    return sizes;
  };
  const factors = [8 * 64, 8 * 2 ** 14];
  assertEquals([await updates(true), await updates(false)], [[[1, 1, 1, ...factors]], [[1, 1, 1, ...factors]]]);
});
