import "../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { defineLayer } from "../dsl/define_layer.ts";
import type { AnySpec } from "../dsl/any_spec.ts";
import type { Spec } from "../dsl/spec.ts";
import { UserError } from "../errors.ts";
import { engineTest } from "../runtime/testing.ts";
import { inferenceGraph } from "./inference_graph.ts";
import { everyLabel } from "../tests/exportable.ts";
import { exportable } from "./testing.ts";

engineTest("inferenceGraph: the batch is free, weights have their paths, nothing of training is left", () => {
  const { graph } = exportable(), { nodes, images, logits } = graph;
  assertEquals([images.shape, logits.shape], [[-1, 22, 20, 2], [-1, everyLabel.length]]);
  const names = nodes.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const path of ["stack0/0/conv/kernel", "stack0/0/conv/bias", "dense0/1/kernel"]) {
    assertEquals(names.includes(path), true);
  }
  assertEquals(nodes.filter(({ op }) => /Random|Assign|_Mkl|Grad/.test(op)), []);
  const places = new Map(nodes.map((node, i) => [node, i]));
  for (const [i, { inputs }] of nodes.entries()) {
    for (const { node } of inputs) assertEquals((places.get(node) ?? Infinity) < i, true);
  }
});

engineTest("inferenceGraph: a layer that goes another way for another batch is refused", () => {
  const counting = defineLayer<AnySpec>({
    type: "testCounting",
    fields: {},
    shape: (_, input) => input,
    apply: (_, __, x) => tf.mul(x, x.shape[0]),
  });
  const model = compile({ type: "testCounting" } as AnySpec as Spec, { input: [4], layers: [counting] });
  assertThrows(
    () => inferenceGraph(model, model.forInference({}), { grouped: true }),
    UserError,
    "the model computes in another way for another number of images, at an op Mul. Let its layers broadcast over the batch; ",
  );
});
