import { createFolder } from "../formats/atomic_folder.ts";
import type { About } from "./about.ts";
import type { InferenceGraph, Value } from "./graph.ts";
import { graphDef, shapeMessage } from "./graph_def.ts";
import { jsonBytes } from "./json.ts";
import { field, type Message, writeMessage } from "../formats/protobuf/writer.ts";
import { checkSize } from "./file_size.ts";

/**
 * Writes a SavedModel. Its signature `serving_default` takes `images` `[N, H, W, C]` to `logits` `[N, classes]`. The weights are constants of
 * the graph, and the metadata is in `assets.extra/thorax.json`. After an error there is no folder.
 *
 * @throws {UserError} for more than 2 GiB, or if the folder cannot be written
 */
export async function writeSavedModel(path: string, graph: InferenceGraph, about: About): Promise<void> {
  const message = savedModel(graph);
  checkSize(message, path);
  await createFolder(path, async (file) => {
    await file("saved_model.pb", (append) => writeMessage(message, append));
    await file("assets.extra/thorax.json", (append) => append(jsonBytes(about)));
  });
}

/** Serializes a SavedModel (saved_model.proto): saved_model_schema_version 1, meta_graphs 2. */
function savedModel(graph: InferenceGraph): Message {
  return [...field.integer(1, 1), ...field.message(2, metaGraph(graph))];
}

/**
 * Serializes a MetaGraphDef (meta_graph.proto): meta_info_def 1 {tags 4, tensorflow_version 5, stripped_default_attrs 7}, graph_def 2,
 * signature_def 5; SignatureDef: inputs 1, outputs 2, method_name 3.
 */
function metaGraph(graph: InferenceGraph): Message {
  const info = [...field.text(4, "serve"), ...field.text(5, "2.21.0"), ...field.integer(7, true)];
  const signature = [
    ...field.entry(1, "images", tensorInfo("images", graph.images)),
    ...field.entry(2, "logits", tensorInfo("logits", graph.logits)),
    ...field.text(3, "tensorflow/serving/predict"),
  ];
  return [
    ...field.message(1, info),
    ...field.message(2, graphDef(graph)),
    ...field.entry(5, "serving_default", signature),
  ];
}

/** Serializes a TensorInfo: name 1, dtype 2, tensor_shape 3. */
function tensorInfo(name: string, { shape, dtype }: Value): Message {
  return [...field.text(1, `${name}:0`), ...field.integer(2, dtype), ...field.message(3, shapeMessage(shape))];
}
