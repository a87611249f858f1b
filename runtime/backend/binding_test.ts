import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { assertTensor } from "../../ops/testing.ts";
import type { ThoraxBackend } from "./backend.ts";
import { jit } from "../jit.ts";
import { engineTest } from "../testing.ts";

/** Returns the error message of a call whose function uses a tensor in a way that is not allowed. */
async function refusal(use: (x: Tensor) => unknown): Promise<string> {
  const fn = jit(function step(x: Tensor) {
    use(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D));
    return x;
  });
  return (await assertRejects(() => fn(tf.ones([2, 2])), Error)).message;
}

const refused = (reader: string, what: string) =>
  `jit: step: ${reader} reads a tensor (${what}) while the function is traced, when no tensor has a value yet; ` +
  "return it and read what the call gives, or choose with tf.where";

engineTest("reading in a trace throws and names the reader, the tensor, the function and the remedy", async () => {
  const product = "a result of MatMul, float32 [2, 2]";
  assertEquals(await refusal((x) => x.dataSync()), refused("dataSync", product));
  assertEquals(await refusal((x) => x.arraySync()), refused("arraySync", product));
  assertEquals(await refusal((x) => x.print()), refused("print", product));
  assertEquals(await refusal((x) => tf.print(x)), refused("print", product));
  assertEquals(await refusal((x) => `${x}`), refused("toString", product));
  assertEquals(await refusal((x) => x.bufferSync()), refused("bufferSync", product));
  assertEquals(
    await refusal((x) => tf.cast(tf.sum(x), "int32").dataSync()),
    refused("dataSync", "a result of Cast, int32 []"),
  );
  const given = jit(function step(x: Tensor) {
    return tf.scalar(x.dataSync()[0]);
  });
  for (const donate of [[], [0]]) {
    const fn = donate.length > 0
      ? jit(function step(x: Tensor) {
        return tf.scalar(x.dataSync()[0]);
      }, { donate })
      : given;
    assertEquals(
      (await assertRejects(() => fn(tf.tensor1d([1])), Error)).message,
      refused("dataSync", "an argument, float32 [1]"),
    );
  }
});

engineTest("reading in a trace: a constant has a value", async () => {
  const fn = jit((x: Tensor) => tf.mul(x, tf.tensor1d([3, 4]).dataSync()[1]));
  assertTensor(await fn(tf.scalar(2)), [], [8], 0);
});

engineTest("a tensor that a trace left behind throws where it is used, in and out of other traces", async () => {
  let left: Tensor | undefined;
  const fn = jit((x: Tensor) => {
    left = tf.keep(tf.neg(x));
    return x;
  });
  await assertRejects(() => fn(tf.scalar(1)), Error, "keeps a tensor");
  const stray = left;
  assert(stray !== undefined);
  const message = "a tensor of a traced function is used outside of it; return it from the function";
  assertEquals(assertThrows(() => stray.dataSync(), Error).message, message);
  assertEquals(assertThrows(() => tf.add(stray, 1), Error).message, message);
  assertEquals(
    (await assertRejects(() => jit((x: Tensor) => tf.add(x, stray))(tf.scalar(1)), Error)).message,
    "jit: an anonymous function uses a tensor of another traced function, an anonymous function; return it there, pass it here",
  );
  assertEquals(
    (await assertRejects(() =>
      jit(function next(x: Tensor) {
        return tf.neg(x);
      })(stray), Error)).message,
    "jit: next: argument 0 is a tensor of a traced function; return it from there first",
  );
  stray.dispose();
});

engineTest("values come back as they went in, of every dtype, shape and size", async () => {
  assertTensor(tf.add(tf.tensor1d([1.5, -0, NaN]).slice(0, 2), 0), [2], [1.5, 0], 0);
  const whole = tf.add(tf.tensor2d([[2147483647, -5]], [1, 2], "int32"), tf.scalar(0, "int32"));
  assertEquals([whole.dtype, ...whole.dataSync()], ["int32", 2147483647, -5]);
  const truth = tf.logicalNot(tf.tensor1d([true, false, true], "bool"));
  assertEquals([truth.dtype, ...truth.dataSync()], ["bool", 0, 1, 0]);
  const nothing = tf.add(tf.zeros([0, 3]), 1);
  assertEquals([nothing.shape, nothing.dataSync().length], [[0, 3], 0]);
  const large = tf.add(tf.range(0, 1_000_000), 1).dataSync();
  assertEquals([large[0], large[999_999]], [1, 1_000_000]);
  assertEquals(await tf.add(tf.tensor1d([1, 2]), 1).data(), Float32Array.from([2, 3]));
  const complex = tf.complex([1, 2], [3, 4]);
  assertEquals([[...tf.real(complex).dataSync()], [...tf.imag(complex).dataSync()]], [[1, 2], [3, 4]]);
});

engineTest("what an op returns does not change when its input is written again", () => {
  const source = Float32Array.from([1, 2]), x = tf.tensor1d(source), y = tf.add(x, 0);
  source[0] = 9;
  assertTensor(y, [2], [1, 2], 0);
  const read = y.dataSync();
  read[0] = 7;
  assertTensor(y, [2], [1, 2], 0);
});

engineTest("an op that TensorFlow refuses throws its name and message, and frees what it had", () => {
  const backend = tf.backend() as ThoraxBackend;
  const run = () => backend.executeSingleOutput("NoSuchOp", [], []);
  assert(/NoSuchOp: .*NoSuchOp/.test(assertThrows(run, Error).message));
  const mismatch = () => backend.executeSingleOutput("AddN", [], [tf.scalar(1)]);
  assertThrows(mismatch, Error, "AddN: ");
  assertTensor(tf.add(tf.scalar(1), 1), [], [2], 0);
});

engineTest("eager ops: tensors and handles stay as many over 200 gradients", () => {
  const { engine } = tf.backend() as ThoraxBackend;
  const x = tf.tensor1d([1, -2, 3]);
  const once = () => tf.tidy(() => void tf.grad((x) => tf.sum(tf.relu(tf.mul(x, x))))(x).dataSync());
  once();
  const before = [tf.memory().numTensors, engine.getNumOfTensors()];
  for (let i = 0; i < 200; i++) once();
  assertEquals([tf.memory().numTensors, engine.getNumOfTensors()], before);
});
