import { type Attribute, attributeKinds, isNumbers } from "../ops/native.ts";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import { createFolder, type WriteFile } from "../formats/atomic_folder.ts";
import type { About } from "./about.ts";
import { bytesOf } from "./constant.ts";
import type { InferenceGraph, Node, Value } from "./graph.ts";
import { graphVersion, inputName, namedNodes } from "./graph_def.ts";
import { jsonBytes } from "./json.ts";
import type { LazyBytes } from "../formats/protobuf/writer.ts";

/** The size of a weight file, as tensorflowjs_converter makes them. */
const shardBytes = 4 << 20;

/** TensorFlow's and tfjs's names of element types, by TensorFlow's numbers. */
const typeNames: ReadonlyMap<number, readonly [string, string]> = new Map([
  [dataTypes.float32, ["DT_FLOAT", "float32"]],
  [dataTypes.int32, ["DT_INT32", "int32"]],
  [dataTypes.bool, ["DT_BOOL", "bool"]],
]);

/**
 * Writes a graph model of TensorFlow.js, a folder for `tf.loadGraphModel`. It takes `images` `[N, H, W, C]` to `logits` `[N, classes]`. The
 * metadata is in the `userDefinedMetadata` of `model.json`. After an error there is no folder.
 *
 * @throws {UserError} if the folder cannot be written
 */
export async function writeTfjsModel(path: string, graph: InferenceGraph, about: About): Promise<void> {
  const nodes = namedNodes(graph);
  const constants = nodes.flatMap(({ name, constant }) => constant ? [{ name, constant }] : []);
  const pieces = constants.map(({ constant }) => bytesOf(constant));
  const total = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const shards = Math.ceil(total / shardBytes);
  const paths = Array.from({ length: shards }, (_, i) => `group1-shard${i + 1}of${shards}.bin`);
  const weights = constants.map(({ name, constant: { shape, dtype } }) => ({ name, shape, dtype: typeName(dtype)[1] }));
  const model = {
    format: "graph-model",
    generatedBy: `thorax ${about.thorax}`,
    convertedBy: null,
    signature: {
      inputs: { images: tensorInfo("images", graph.images) },
      outputs: { logits: tensorInfo("logits", graph.logits) },
    },
    modelTopology: { node: nodes.map(nodeJson), library: {}, versions: { producer: graphVersion } },
    weightsManifest: [{ paths, weights }],
    userDefinedMetadata: about,
  };
  await createFolder(path, async (file) => {
    await writeShards(paths, pieces, file);
    await file("model.json", (append) => append(jsonBytes(model)));
  });
}

/** Writes pieces one after another into files of {@linkcode shardBytes}; the last file is shorter. */
async function writeShards(paths: readonly string[], pieces: readonly LazyBytes[], file: WriteFile): Promise<void> {
  const shard = new Uint8Array(shardBytes);
  let filled = 0, written = 0;
  const write = async () => {
    await file(paths[written++], (append) => append(shard.subarray(0, filled)));
    filled = 0;
  };
  for (const piece of pieces) {
    const bytes = piece.read();
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + shardBytes - filled);
      shard.set(part, filled);
      [at, filled] = [at + part.length, filled + part.length];
      if (filled === shardBytes) await write();
    }
  }
  if (filled > 0) await write();
}

/** Returns a NodeDef in protobuf's JSON form. The values of constants are in the weight files. */
function nodeJson({ name, op, inputs, attributes }: Node) {
  const attr = Object.fromEntries(
    Array.from(attributes.values(), (attribute) => [attribute.name, attributeJson(attribute)]),
  );
  return { name, op, input: inputs.map(inputName), attr };
}

/** Returns an AttrValue in protobuf's JSON form: 64-bit integers are strings, and bytes are base64. */
function attributeJson({ name, type, value }: Attribute) {
  switch (type) {
    case attributeKinds.string:
      return { s: btoa(String(value)) };
    case attributeKinds.int:
      return isNumbers(value) ? { list: { i: value.map(String) } } : { i: `${Math.trunc(Number(value))}` };
    case attributeKinds.float:
      return { f: Number(value) };
    case attributeKinds.bool:
      return { b: value === true };
    case attributeKinds.type:
      return isNumbers(value) ? { list: { type: value.map((one) => typeName(one)[0]) } } : {
        type: typeName(Number(value))[0],
      };
    case attributeKinds.shape:
      return { shape: shapeJson(isNumbers(value) ? value : []) };
    default:
      throw new TypeError(`an attribute of kind ${type}, ${name}, cannot be exported`);
  }
}

function tensorInfo(name: string, { shape, dtype }: Value) {
  return { name: `${name}:0`, dtype: typeName(dtype)[0], tensorShape: shapeJson(shape) };
}

function shapeJson(shape: readonly number[]) {
  return { dim: shape.map((size) => ({ size: `${size}` })) };
}

function typeName(dtype: number): readonly [tensorflow: string, tfjs: string] {
  const names = typeNames.get(dtype);
  if (!names) throw new TypeError(`no tensor of TensorFlow's type ${dtype} can be exported`);
  return names;
}
