import { assertEquals } from "@std/assert";
import { type Fields, readMessage } from "../formats/protobuf/reader.ts";
import { engineTest } from "../runtime/testing.ts";
import { filesBelow } from "../tests/small_run.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { writeSavedModel } from "./saved_model.ts";
import { about, exportable } from "./testing.ts";

/** Returns the key, the tensor's name and the sizes of an entry of TensorInfo. */
function described(entry: Fields): [string, string, number[]] {
  const [info] = entry.messages(2), dims = info.messages(3)[0].messages(2);
  return [entry.texts(1)[0], info.texts(1)[0], dims.map((dim) => dim.integers(1)[0])];
}

engineTest("writeSavedModel: what it says of itself, and images in any number", async () => {
  using folder = temporaryFolder();
  const path = folder.file("model");
  await writeSavedModel(path, exportable().graph, about);
  assertEquals(filesBelow(path), ["assets.extra/thorax.json", "saved_model.pb"]);
  assertEquals(JSON.parse(Deno.readTextFileSync(`${path}/assets.extra/thorax.json`)), about);
  const [graph] = readMessage(Deno.readFileSync(`${path}/saved_model.pb`)).messages(2);
  assertEquals(graph.messages(1)[0].texts(4), ["serve"]);
  const [entry] = graph.messages(5), [signature] = entry.messages(2);
  assertEquals([entry.texts(1), signature.texts(3)], [["serving_default"], ["tensorflow/serving/predict"]]);
  assertEquals(signature.messages(1).map(described), [["images", "images:0", [-1, 22, 20, 2]]]);
  assertEquals(signature.messages(2).map(described), [["logits", "logits:0", [-1, about.labels.length]]]);
});
