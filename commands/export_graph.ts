import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../dsl/compile/compile.ts";
import { type About, aboutOf } from "../export/about.ts";
import type { InferenceGraph } from "../export/graph.ts";
import { inferenceGraph, type InferenceGraphOptions } from "../export/inference_graph.ts";
import { openEngine } from "../runtime/open.ts";
import { readTensors } from "../train/checkpoint.ts";
import type { Checkpoint } from "../weights/checkpoint/checkpoint.ts";

/** A checkpoint whose computation is exported. */
export interface GraphSource {
  readonly ckptPath: string;
  readonly checkpoint: Checkpoint;
  readonly model: Model;
  readonly tensorflowLibrary?: string;
}

/** A format that holds the computation itself, in `write`'s form. */
export function graphFormat(
  write: (output: string, graph: InferenceGraph, about: About) => Promise<void>,
  options: InferenceGraphOptions,
): (output: string, source: GraphSource) => Promise<string> {
  return async (output, { ckptPath, checkpoint, model, tensorflowLibrary }) => {
    await openEngine({ device: "cpu", directory: tensorflowLibrary });
    const trained = await readTensors(checkpoint, ckptPath, model.parameters);
    const inference = model.forInference(trained);
    tf.dispose({ ...trained });
    await write(output, inferenceGraph(model, inference, options), aboutOf(checkpoint.metadata));
    return "the computation with its weights";
  };
}
