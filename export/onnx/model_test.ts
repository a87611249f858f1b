import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects } from "@std/assert";
import { type Fields, readMessage } from "../../formats/protobuf/reader.ts";
import { compile } from "../../dsl/compile/compile.ts";
import { defineLayer } from "../../dsl/define_layer.ts";
import type { AnySpec } from "../../dsl/any_spec.ts";
import type { Spec } from "../../dsl/spec.ts";
import { UserError } from "../../errors.ts";
import { engineTest } from "../../runtime/testing.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { inferenceGraph } from "../inference_graph.ts";
import { about, exportable } from "../testing.ts";
import { writeOnnx } from "./model.ts";

/** Returns the name and the sizes of a ValueInfoProto. */
function described(value: Fields): [string, (string | number)[]] {
  const [tensor] = value.messages(2)[0].messages(1), dims = tensor.messages(2)[0].messages(1);
  return [value.texts(1)[0], dims.map((dim) => dim.texts(2)[0] ?? dim.integers(1)[0])];
}

engineTest("writeOnnx: what it says of itself, and images channels first in any number", async () => {
  using folder = temporaryFolder();
  const path = folder.file("model.onnx");
  await writeOnnx(path, exportable().graph, about);
  const file = readMessage(Deno.readFileSync(path)), [graph] = file.messages(7);
  assertEquals([file.integers(1), file.texts(2), file.texts(3)], [[8], ["thorax"], ["0.1.0"]]);
  assertEquals(file.messages(8).map((opset) => opset.integers(2)), [[17]]);
  const metadata = file.messages(14).map((entry) => [entry.texts(1)[0], entry.texts(2)[0]]);
  const { model, labels, preprocessing } = about;
  assertEquals(Object.fromEntries(metadata), {
    model,
    labels: JSON.stringify(labels),
    preprocessing: JSON.stringify(preprocessing),
  });
  assertEquals(graph.messages(11).map(described), [["images", ["N", 2, 22, 20]]]);
  assertEquals(graph.messages(12).map(described), [["logits", ["N", about.labels.length]]]);
});

engineTest("writeOnnx: an op without a conversion is refused by name, and nothing is written", async () => {
  using folder = temporaryFolder();
  const layer = defineLayer<AnySpec>({
    type: "testAsinh",
    fields: {},
    shape: (_, input) => input,
    apply: (_, __, x) => tf.asinh(x),
  });
  const model = compile({ type: "testAsinh" } as AnySpec as Spec, { input: [4, 4, 1], layers: [layer] });
  const graph = inferenceGraph(model, model.forInference({}), { grouped: true });
  await assertRejects(
    () => writeOnnx(folder.file("model.onnx"), graph, about),
    UserError,
    "there is no conversion to ONNX of TensorFlow's op Asinh (Asinh). Export the model with --format savedmodel, which holds",
  );
  assertEquals(folder.names(), []);
});
