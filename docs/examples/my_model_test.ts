import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { compile, parse } from "@thorax/thorax";
import myModel, { layers } from "./my_model.ts";

Deno.test("my_model: compiles, comes back from JSON, and runs", () => {
  const spec = myModel({ numClasses: 15 });
  assertEquals(parse(JSON.stringify(spec), { layers }), spec);
  const model = compile(spec, { input: [32, 32, 1], layers });
  const { output, state } = model.apply(model.init(1), tf.ones([2, 32, 32, 1]), { training: true });
  assertEquals(output.shape, [2, 15]);
  assert(output.dataSync().every(Number.isFinite));
  assertEquals(Object.keys(state).length, 20);
});

Deno.test("my_model: blur pooling weighs each pixel and its neighbors, with zeros outside", () => {
  const model = compile(parse({ type: "blurPool" }, { layers }), { input: [3, 4, 2], layers });
  const x = tf.tensor4d([...Array(24).keys()].map((i) => i % 2 === 0 ? 16 : 0), [1, 3, 4, 2]); // channel 1 is 0
  const { output } = model.apply({}, x, { training: false });
  assertEquals(output.shape, [1, 2, 2, 2]);
  assertEquals([...output.dataSync()], [9, 0, 12, 0, 9, 0, 12, 0]);
});
