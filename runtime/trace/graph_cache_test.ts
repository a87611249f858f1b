import { assertEquals } from "@std/assert";
import { root } from "../../tests/command.ts";
import { needs } from "../../tests/needs.ts";

/** A program that calls and drops a jitted function, and prints whether TensorFlow knows its graph before and after. */
const program = `
import * as tf from "@tensorflow/tfjs";
import { cString } from "./runtime/ffi/c_string.ts";
import { newOp } from "./runtime/ffi/handles.ts";
import { jit, openEngine } from "./runtime/mod.ts";
await openEngine({ device: "cpu" });
const { tensorflow, context } = tf.backend().engine;
const isKnown = () => {
  try {
    newOp(tensorflow, context, cString("lost_0"), "lost_0")[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
};
const large = tf.ones([100_000]);
await (async () => {
  const fn = jit(function lost(x) { return tf.mul(x, large); });
  const pending = fn(tf.scalar(1));
  (await pending).dispose();
})();
const before = isKnown();
for (let turn = 0; turn < 100 && isKnown(); turn++) {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(JSON.stringify([before, isKnown(), tf.sum(large).dataSync()[0]]));
`;

Deno.test("cache: what only a lost function could call is forgotten", needs("read", "run", "ffi", "env"), async () => {
  const args = ["eval", "-q", "--ext=ts", "--v8-flags=--expose-gc", program];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  const text = new TextDecoder();
  assertEquals([text.decode(stdout), text.decode(stderr)], ["[true,false,100000]\n", ""]);
});
