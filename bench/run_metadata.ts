import { type Fields, readMessage } from "../formats/protobuf/reader.ts";

/** One run of a kernel. */
export interface NodeRun {
  readonly node: string;
  /** The op whose kernel ran. If TensorFlow rewrote it, the new op (`_MklNativeConv2D`). */
  readonly kernel: string;
  readonly device: string;
  readonly ms: number;
  /** The shape of its first output, if it has one. */
  readonly shape?: readonly number[];
}

/**
 * Reads the kernels that ran from a serialized `tensorflow.RunMetadata`. The fields read here are RunMetadata.step_stats 1
 * (config.proto); of step_stats.proto, StepStats.dev_stats 1, DeviceStepStats {device 1, node_stats 2}, NodeExecStats
 * {node_name 1, op_start_rel_nanos 14, op_end_rel_nanos 15, output 7, timeline_label 8} and NodeOutput.tensor_description 3;
 * and TensorDescription.shape 2, TensorShapeProto.dim 2, Dim.size 1.
 */
export function readNodeRuns(bytes: Uint8Array): NodeRun[] {
  return readNodeStats(bytes).map(({ run }) => run);
}

/** Reads the kernels that ran, each with the message that describes it. */
export function readNodeStats(bytes: Uint8Array): { run: NodeRun; fields: Fields }[] {
  const devices = readMessage(bytes).messages(1).flatMap((stepStats) => stepStats.messages(1));
  return devices.flatMap((device) => {
    const [name] = device.texts(1);
    return device.messages(2).map((fields) => ({ run: nodeRun(fields, name), fields }));
  });
}

function nodeRun(fields: Fields, device: string): NodeRun {
  const [node] = fields.texts(1), [label = ""] = fields.texts(8), [output] = fields.messages(7);
  const [start = 0] = fields.integers(14), [end = 0] = fields.integers(15);
  const [shape] = output?.messages(3).flatMap((description) => description.messages(2)) ?? [];
  return {
    node,
    kernel: / = ([^(]+)\(/.exec(label)?.[1] ?? node.replace(/_\d+$/, ""),
    device,
    ms: (end - start) / 1e6,
    ...(shape && { shape: shape.messages(2).map((dimension) => dimension.integers(1)[0] ?? 0) }),
  };
}
