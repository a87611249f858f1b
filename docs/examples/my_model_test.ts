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
