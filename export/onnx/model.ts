import { replaceFile } from "../../formats/atomic_file.ts";
import type { About } from "../about.ts";
import type { InferenceGraph } from "../graph.ts";
import { field, type Message, writeMessage } from "../../formats/protobuf/writer.ts";
import { checkSize } from "../file_size.ts";
import { axisConversions } from "./axes.ts";
import { Emitter } from "./emitter.ts";
import { valueMessage } from "./messages.ts";
import { pointwiseConversions } from "./pointwise.ts";
import { windowConversions } from "./windows.ts";

/** The conversions of TensorFlow's ops. */
const conversions = { ...windowConversions, ...pointwiseConversions, ...axisConversions };

/** ONNX's version of ops, and of the file format that belongs to it. */
const opset = 17, irVersion = 8;

/**
 * Writes an ONNX model. It takes `images` `[N, C, H, W]` to `logits` `[N, classes]` in float32; like PyTorch's exports it computes channels
 * first. After an error there is no file.
 *
 * @throws {UserError} for an op without a conversion, for more than 2 GiB, or if the file cannot be written
 */
export async function writeOnnx(path: string, graph: InferenceGraph, about: About): Promise<void> {
  const message = onnxModel(graph, about);
  checkSize(message, path);
  await replaceFile(path, (append) => writeMessage(message, append));
}

/**
 * Serializes a model as a ModelProto (onnx.proto): ir_version 1, producer_name 2, producer_version 3, graph 7, opset_import 8 {version 2},
 * metadata_props 14 {key 1, value 2}; GraphProto: node 1, name 2, initializer 5, input 11, output 12.
 */
export function onnxModel({ images, logits }: InferenceGraph, about: About): Message {
  const emitter = new Emitter(conversions);
  emitter.input(images, "images");
  const output = emitter.add("logits", "Identity", [emitter.channelsLast(logits)]);
  const [n, height, width, channels] = images.shape;
  const graph = [
    ...emitter.nodes.flatMap((node) => field.message(1, node)),
    ...field.text(2, about.model),
    ...emitter.initializers.flatMap((tensor) => field.message(5, tensor)),
    ...field.message(11, valueMessage("images", [n, channels, height, width], images.dtype)),
    ...field.message(12, valueMessage(output, logits.shape, logits.dtype)),
  ];
  const { thorax, ...properties } = about;
  const metadata = Object.entries(properties).map(([key, value]) =>
    [key, typeof value === "string" ? value : JSON.stringify(value)] as const
  );
  return [
    ...field.integer(1, irVersion),
    ...field.text(2, "thorax"),
    ...field.text(3, thorax),
    ...field.message(7, graph),
    ...field.message(8, field.integer(2, opset)),
    ...metadata.flatMap(([key, value]) => field.message(14, [...field.text(1, key), ...field.text(2, value)])),
  ];
}
