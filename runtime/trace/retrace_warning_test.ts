import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { jit } from "../jit.ts";
import { RetraceWarning } from "./retrace_warning.ts";
import { engineTest } from "../testing.ts";

/** Returns the warnings on the console while `body` runs. */
async function warnings(body: () => unknown): Promise<string[]> {
  const said: string[] = [], { warn } = console;
  console.warn = (text: string) => said.push(text);
  try {
    await body();
  } finally {
    console.warn = warn;
  }
  return said;
}

const advice = "Each is a graph of its own; pad to few shapes, or pass what varies as a tensor or a number";

engineTest("jit: past 8 traces of one function it says once which function, and what differs", async () => {
  const same = tf.ones([2]);
  const fn = jit(function pooled(x: { image: tf.Tensor }, w: tf.Tensor, rate: tf.Scalar) {
    return tf.mul(tf.add(tf.sum(x.image), tf.sum(w)), rate);
  });
  const call = async (size: number) => (await fn({ image: tf.ones([size, 3]) }, same, size)).dispose();
  const first = async () => {
    for (let size = 1; size <= 8; size++) await call(size);
    await call(8);
  };
  assertEquals(await warnings(first), []);
  const later = async () => {
    for (let size = 9; size <= 12; size++) await call(size);
  };
  assertEquals(await warnings(later), [
    "jit: pooled was traced 9 times: argument 0/image was float32 [1, 3], then float32 [2, 3], then float32 [3, 3]" +
    ` and 6 others. ${advice}`,
  ]);
});

Deno.test("RetraceWarning: texts, truths, lengths, keys and variables differ too", async () => {
  const told = (make: (i: number) => unknown) =>
    warnings(() => {
      const retraces = new RetraceWarning("f");
      for (let i = 0; i < 10; i++) retraces.add([tf.scalar(0), make(i)]);
    });
  const text = (what: string) => [`jit: f was traced 9 times: ${what}. ${advice}`];
  assertEquals(await told((i) => `${i % 3}`), text('argument 1 was "0", then "1", then "2"'));
  assertEquals(
    await told((i) => new Array(i).fill(1)),
    text("the length of argument 1 was 0, then 1, then 2 and 6 others"),
  );
  assertEquals(await told((i) => ({ [`k${i % 2}`]: 1 })), text("the keys of argument 1 was k0, then k1"));
  const variables = [0, 1].map((i) => tf.variable(tf.scalar(i), true, `w${i}`));
  assertEquals(
    await told((i) => variables[i % 2]),
    text("argument 1 was the variable w0, then the variable w1"),
  );
  tf.dispose(variables);
});
