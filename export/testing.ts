/** What the tests of this folder share: a model to export, and what to say of it. */
import "../tests/cpu.ts";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Model } from "../dsl/compile/compile.ts";
import { everyLayer, formulaWeights } from "../tests/exportable.ts";
import type { About } from "./about.ts";
import { type InferenceGraph, inferenceGraph } from "./inference_graph.ts";

export const about: About = {
  thorax: "0.1.0",
  model: "every_layer",
  labels: ["Mass", "Nodule", "No Finding"],
  preprocessing: { imageSize: 22, mean: 0.449, std: 0.226, channels: 2, resize: "bilinear-antialias" },
};

/** A model on the backend in use, as it is exported. */
export interface Exportable {
  readonly model: Model;
  readonly graph: InferenceGraph;
  /** The logits that it is to give. */
  readonly logits: (images: Tensor) => number[];
}

/** Every layer, with weights of the formula. */
export function exportable({ grouped = true } = {}): Exportable {
  const model = everyLayer(), weights = formulaWeights(model);
  const graph = inferenceGraph(model, model.forInference(weights), { grouped });
  return { model, graph, logits: (x) => [...model.apply(weights, x, { training: false }).output.dataSync()] };
}
