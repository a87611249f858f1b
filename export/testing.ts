/** Shared by the tests of this folder: a model to export, and its metadata. */
import "../tests/cpu.ts";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Model } from "../dsl/compile/compile.ts";
import { everyLabel, everyLayer, formulaWeights } from "../tests/exportable.ts";
import type { About } from "./about.ts";
import type { InferenceGraph } from "./graph.ts";
import { inferenceGraph } from "./inference_graph.ts";

export const about: About = {
  thorax: "0.1.0",
  model: "every_layer",
  labels: everyLabel,
  preprocessing: { imageSize: 22, mean: 0.449, std: 0.226, channels: 2, resize: "bilinear-antialias" },
};

/** A model on the current backend, with its inference graph. */
export interface Exportable {
  readonly model: Model;
  readonly graph: InferenceGraph;
  /** Returns the logits that the exported model must give. */
  readonly logits: (images: Tensor) => number[];
}

/** Builds a model of every layer, with weights by a formula. */
export function exportable({ grouped = true } = {}): Exportable {
  const model = everyLayer(), weights = formulaWeights(model);
  const graph = inferenceGraph(model, model.forInference(weights), { grouped });
  return { model, graph, logits: (x) => [...model.apply(weights, x, { training: false }).output.dataSync()] };
}
