import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { assertTraces, jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { adam } from "./adam.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { addressOf, assertTensor, eachWay } from "./testing.ts";

type Slot = { value: Tensor; mean: Tensor; variance: Tensor };
type Numbers = { stepSize: Scalar; epsilon: Scalar };

const native = needs("read", "ffi", "env", "run"), processor = needs("read", "ffi", "env", "run", "processor");
/** As float32 has them: TensorFlow's op takes 1 − β₂ of that, 1.3e-5 from 0.001, and so must the bias correction. */
const beta1 = Math.fround(0.9), beta2 = Math.fround(0.999);

function updateSlot(slot: Slot, gradient: Tensor, numbers: Numbers, enabled: Tensor): Slot {
  return { ...adam(slot, gradient, { ...numbers, beta1, beta2, scale: tf.scalar(1), weightDecay: 0, enabled }) };
}

/** Step t's numbers, from 1, at the learning rate 0.1 and ε = 1e-8. */
function numbersOf(t: number): { stepSize: number; epsilon: number } {
  const correction = Math.sqrt(1 - beta2 ** t);
  return { stepSize: 0.1 * correction / (1 - beta1 ** t), epsilon: 1e-8 * correction };
}

/** The second element's gradient is below ε, so that it tells where ε stands. */
const gradientAt = (t: number) => tf.tensor1d([1, -1e-9, 0.5 * t, -t]);
const start = (): Slot => ({ value: tf.tensor1d([1, -2, 3, 0.5]), mean: tf.zeros([4]), variance: tf.zeros([4]) });

// Made by golden/make_expected.py: torch.optim.Adam(lr=0.1) in float64, after each of three steps.
const expected = golden.adam.plain;

function assertSlot({ value, mean, variance }: Slot, wanted: (typeof expected)[number]): void {
  assertTensor(value, [4], wanted.value, 1e-6);
  mean.dataSync().forEach((value, i) => assertAlmostEquals(value / wanted.mean[i], 1, 1e-6, `mean ${i}`));
  variance.dataSync().forEach((value, i) => assertAlmostEquals(value / wanted.variance[i], 1, 2e-5, `variance ${i}`));
}

type Update = (slot: Slot, gradient: Tensor, numbers: ReturnType<typeof numbersOf>, enabled: boolean) => Promise<Slot>;

/** Eagerly on two backends; traced with the slot kept (composed) and given away (one native op). */
function each(name: string, body: (update: Update) => Promise<void>): void {
  eachWay(name, (run) =>
    body(({ value, mean, variance }, gradient, { stepSize, epsilon }, enabled) =>
      run(
        (value, mean, variance, gradient, stepSize, epsilon, enabled) =>
          updateSlot({ value, mean, variance }, gradient, { stepSize, epsilon }, enabled),
        value,
        mean,
        variance,
        gradient,
        tf.scalar(stepSize),
        tf.scalar(epsilon),
        tf.scalar(enabled, "bool") as Tensor,
      )
    ));
  Deno.test(`${name} (donated)`, native, async () => {
    await useEngine();
    const update = jit(updateSlot, { donate: [0] });
    await body((slot, gradient, numbers, enabled) => update(slot, gradient, numbers, tf.scalar(enabled, "bool")));
    assertTraces(update, 1);
  });
}

each("adam: three steps are PyTorch's, also where the gradient is below epsilon", async (update) => {
  let slot = start();
  for (const [index, wanted] of expected.entries()) {
    slot = await update(slot, gradientAt(index + 1), numbersOf(index + 1), true);
    assertSlot(slot, wanted);
  }
});

each("adam: where it is disabled the slot stays as it was, whatever the gradient", async (update) => {
  let slot = await update(start(), gradientAt(1), numbersOf(1), true);
  slot = await update(slot, tf.tensor1d([NaN, Infinity, 1, 2]), numbersOf(2), false);
  assertSlot(slot, expected[0]);
  assertSlot(await update(slot, gradientAt(2), numbersOf(2), true), expected[1]);
});

Deno.test(
  "adam: values after it are used in the same trace, enabled or not",
  native,
  async () => {
    await useEngine();
    const step = jit(function step(slot: Slot, gradient: Tensor, numbers: Numbers, enabled: Tensor) {
      const before = tf.sum(slot.value);
      const next = updateSlot(slot, gradient, numbers, enabled);
      return { next, before, after: tf.sum(next.value), copy: next.value, mean: tf.mul(next.mean, 10) };
    }, { donate: [0] });
    let slot = start();
    for (const [enabled, before, after, mean] of [[true, 2.5, 2.409091, 1], [false, 2.409091, 2.409091, 1]] as const) {
      const result = await step(slot, gradientAt(1), numbersOf(1), tf.scalar(enabled, "bool"));
      assertTensor(result.before, [], [before], 1e-6);
      assertTensor(result.after, [], [after], 1e-6);
      assertTensor(result.copy, [4], expected[0].value, 1e-6);
      assertEquals(result.copy.dataSync(), result.next.value.dataSync());
      assertTensor(result.mean.slice([0], [1]), [1], [mean], 1e-6);
      slot = result.next;
    }
    assertTraces(step, 1);
  },
);

Deno.test(
  "adam: a second update of the same slot in one trace goes on from the first",
  native,
  async () => {
    await useEngine();
    const twice = jit((slot: Slot, a: Numbers, b: Numbers, enabled: Tensor) => {
      const first = updateSlot(slot, tf.tensor1d([1, -1e-9, 0.5, -1]), a, enabled);
      return updateSlot(first, tf.tensor1d([1, -1e-9, 1, -2]), b, enabled);
    }, { donate: [0] });
    assertSlot(await twice(start(), numbersOf(1), numbersOf(2), tf.scalar(true, "bool")), expected[1]);
  },
);

Deno.test(
  "adam: donated, the slot's memory is overwritten and nothing is copied",
  processor,
  async () => {
    await useEngine();
    const update = jit(updateSlot, { donate: [0] });
    const first = start();
    const second = await update(first, gradientAt(1), numbersOf(1), tf.scalar(true, "bool"));
    assert(first.value.isDisposed && first.mean.isDisposed && first.variance.isDisposed);
    const addresses = Object.values(second).map(addressOf);
    const third = await update(second, gradientAt(2), numbersOf(2), tf.scalar(true, "bool"));
    assertSlot(third, expected[1]);
    assertEquals(Object.values(third).map(addressOf), addresses);
  },
);

// torch.optim.Adam(lr=0.1, weight_decay=0.01) in float64, of a quarter of the gradients, after three steps.
const { decayed } = golden.adam;

for (const [name, options, donate] of [["cpu", {}, []], ["traced", native, []], ["donated", native, [0]]] as const) {
  Deno.test(`adam: the gradient is scaled, then decay is added, as in PyTorch (${name})`, options, async () => {
    if (name === "cpu") await tf.setBackend("cpu");
    else await useEngine();
    const update = jit((slot: Slot, gradient: Tensor, numbers: Numbers & { scale: Scalar }): Slot => ({
      ...adam(slot, gradient, { ...numbers, beta1, beta2, weightDecay: 0.01, enabled: tf.scalar(true, "bool") }),
    }), { donate });
    let slot = start();
    for (const t of [1, 2, 3]) slot = await update(slot, gradientAt(t), { ...numbersOf(t), scale: 0.25 });
    assertSlot(slot, decayed);
  });
}

const side = 1024; // from 2²⁰ elements on the update is compiled

/** A slot of side × side, and the factors of its gradient. */
function largeInputs(rows: number) {
  const wave = (size: number, phase: number) => tf.sin(tf.add(tf.range(0, size), phase));
  const matrix = (phase: number) => tf.reshape(wave(side * side, phase), [side, side]);
  return {
    slot: { value: matrix(0), mean: tf.mul(matrix(1), 0.1), variance: tf.square(matrix(2)) },
    a: tf.reshape(wave(rows * side, 3), [rows, side]),
    b: tf.reshape(wave(rows * side, 4), [rows, side]),
  };
}

for (
  const [kind, rows, gradientOf] of [
    ["a matrix product of few rows", 3, (a: Tensor, b: Tensor) => tf.matMul(a, b, true)],
    ["a matrix product of many rows", 16, (a: Tensor, b: Tensor) => tf.matMul(a, b, true)],
    ["no product", 3, (a: Tensor, b: Tensor) => tf.abs(tf.matMul(a, b, true))],
  ] as const
) {
  Deno.test(
    `adam: a large tensor whose gradient is ${kind}: the same, in place, also where it is disabled`,
    processor,
    async () => {
      await useEngine();
      tf.engine().startScope();
      const step = (slot: Slot, a: Tensor, b: Tensor, numbers: Numbers & { scale: Scalar }, enabled: Tensor) => {
        const next = adam(slot, gradientOf(a, b), { ...numbers, beta1, beta2, weightDecay: 0.01, enabled });
        return [{ ...next }, tf.mean(next.value)] as const;
      };
      const [composed, inPlace] = [jit(step), jit(step, { donate: [0] })];
      const { slot, a, b } = largeInputs(rows), given = largeInputs(rows).slot;
      const on = tf.scalar(true, "bool"), off = tf.scalar(false, "bool"), numbers = { ...numbersOf(3), scale: 0.5 };
      const [expected] = await composed(slot, a, b, numbers, on);
      const wanted = Object.values(expected).map((tensor) => Float32Array.from(tensor.dataSync()));
      const compare = (actual: Slot, what: string) =>
        Object.values(actual).forEach((tensor, which) => {
          const values = tensor.dataSync();
          const error = wanted[which].reduce((most, value, i) => Math.max(most, Math.abs(value - values[i])), 0);
          assert(error < 1e-6, `${what}, ${Object.keys(actual)[which]}: off by ${error}`);
        });
      const [first, mean] = await inPlace(given, a, b, numbers, on);
      compare(first, "enabled");
      assertAlmostEquals(mean.dataSync()[0], tf.mean(expected.value).dataSync()[0], 1e-6);
      const addresses = Object.values(first).map(addressOf);
      const [second, same] = await inPlace(first, a, b, numbers, off);
      compare(second, "disabled");
      assertAlmostEquals(same.dataSync()[0], mean.dataSync()[0], 1e-6);
      assertEquals(Object.values(second).map(addressOf), addresses);
      const [third] = await inPlace(second, a, b, numbers, on);
      assertEquals(Object.values(third).map(addressOf), addresses);
      tf.engine().endScope();
    },
  );
}

Deno.test(
  "adam: XLA updates a large tensor in one loop, and copies nothing",
  needs("read", "write", "ffi", "env", "run"),
  async () => {
    using folder = temporaryFolder();
    const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const program = `
    import * as tf from "@tensorflow/tfjs-core";
    import { jit, openEngine } from ${here("../runtime/mod.ts")};
    import { adam } from ${here("./adam.ts")};
    await openEngine({ device: "cpu" });
    for (const rows of [9, 10]) {
      const update = jit((slot, a, b, n) => {
        const step = { stepSize: n, epsilon: n, scale: n, beta1: 0.9, beta2: 0.999, weightDecay: 1e-4, enabled: tf.greater(n, 0) };
        return { ...adam(slot, tf.matMul(a, b, true), step) };
      }, { donate: [0] });
      const zeros = () => tf.zeros([1024, 1024]), factor = () => tf.zeros([rows, 1024]);
      await update({ value: zeros(), mean: zeros(), variance: zeros() }, factor(), factor(), 1);
    }
  `;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "-q", "--ext=ts", program],
      env: { NO_COLOR: "1", XLA_FLAGS: `--xla_dump_to=${folder.path} --xla_dump_hlo_as_text` },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const made = folder.names().filter((name) => name.endsWith("cpu_after_optimizations.txt")).map((name) => {
      const [, entry] = Deno.readTextFileSync(folder.file(name)).split("\nENTRY ");
      const ops = entry.matchAll(/ = [^=]*\[1024,1024\][^=]* ([a-z-]+)\(/g);
      return Array.from(ops, ([, op]) => op).filter((op) => !/parameter|tuple/.test(op));
    });
    assertEquals(made, [["fusion"], ["dot", "fusion"]]);
  },
);
