/** What the tests of this folder share: a model to export, what to say of it, and a reader of protobuf's wire format. */
import "../tests/cpu.ts";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Model } from "../dsl/compile.ts";
import { everyLayer, formulaWeights } from "../tests/exportable.ts";
import type { About } from "./about.ts";
import { type InferenceGraph, inferenceGraph } from "./graph.ts";

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

/** A message's fields by number, in the order of the file. */
export interface Fields {
  integers(number: number): number[];
  texts(number: number): string[];
  messages(number: number): Fields[];
}

/** Reads a message of integers, text and messages. */
export function readMessage(bytes: Uint8Array): Fields {
  const found: [number: number, value: number | Uint8Array][] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = BigInt(bytes[at++]);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return Number(BigInt.asIntN(64, value));
    }
  };
  const delimited = () => {
    const length = varint();
    return bytes.subarray(at, at += length);
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 5) at += 4; // a float
    else found.push([tag >> 3, (tag & 7) === 2 ? delimited() : varint()]);
  }
  const of = <T extends number | Uint8Array>(number: number, is: (value: number | Uint8Array) => value is T) =>
    found.flatMap(([own, value]) => own === number && is(value) ? [value] : []);
  const isBytes = (value: number | Uint8Array) => typeof value !== "number";
  return {
    integers: (number) => of(number, (value) => typeof value === "number"),
    texts: (number) => of(number, isBytes).map((value) => new TextDecoder().decode(value)),
    messages: (number) => of(number, isBytes).map(readMessage),
  };
}
