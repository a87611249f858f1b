import * as tf from "@tensorflow/tfjs-core";
import { readTensors } from "../weights/checkpoint/model_weights.ts";
import { type About, aboutOf } from "./about.ts";
import type { InferenceGraph } from "./graph.ts";
import { inferenceGraph, type InferenceGraphOptions } from "./inference_graph.ts";
import type { ExportSource } from "./weights_format.ts";

/** Makes a format that holds the computation itself of a writer of graphs. The engine must be open when it is written. */
export function graphFormat(
  write: (output: string, graph: InferenceGraph, about: About) => Promise<void>,
  options: InferenceGraphOptions,
): (output: string, source: ExportSource) => Promise<string> {
  return async (output, { path, checkpoint, model }) => {
    const weights = await readTensors(checkpoint, path, model.parameters);
    const inference = model.forInference(weights);
    tf.dispose({ ...weights });
    await write(output, inferenceGraph(model, inference, options), aboutOf(checkpoint.metadata));
    return "the computation with its weights";
  };
}
