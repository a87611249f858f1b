import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../dsl/compile.ts";
import { UserError } from "../errors.ts";
import { type About, aboutOf } from "../export/about.ts";
import { type InferenceGraph, inferenceGraph, type InferenceGraphOptions } from "../export/graph.ts";
import { writeOnnx } from "../export/onnx/model.ts";
import { writeSavedModel } from "../export/saved_model.ts";
import { writeTfjsModel } from "../export/tfjs_model.ts";
import { openEngine } from "../runtime/open.ts";
import { readTensors } from "../train/checkpoint.ts";
import { choice, engineOptions, path } from "../train/options.ts";
import { type Checkpoint, openCheckpoint } from "../weights/checkpoint.ts";
import { defineCommand } from "./cli.ts";
import { compileCheckpoint } from "./model_source.ts";

/** What is exported. */
interface Exported {
  readonly ckptPath: string;
  readonly checkpoint: Checkpoint;
  readonly model: Model;
  readonly tensorflowLibrary?: string;
}

/** Writes a model in a format, whole or not at all. */
type Format = (output: string, exported: Exported) => Promise<void>;

/** A format that holds the computation itself, in `write`'s form. */
function graphFormat(
  write: (output: string, graph: InferenceGraph, about: About) => Promise<void>,
  options: InferenceGraphOptions,
): Format {
  return async (output, { ckptPath, checkpoint, model, tensorflowLibrary }) => {
    await openEngine({ device: "cpu", directory: tensorflowLibrary });
    const trained = await readTensors(checkpoint, ckptPath, model.parameters);
    const inference = model.forInference(trained);
    tf.dispose({ ...trained });
    await write(output, inferenceGraph(model, inference, options), aboutOf(checkpoint.metadata));
  };
}

const formats = {
  onnx: graphFormat(writeOnnx, { grouped: true }),
  savedmodel: graphFormat(writeSavedModel, { grouped: true }),
  tfjs: graphFormat(writeTfjsModel, { grouped: false }),
} satisfies Readonly<Record<string, Format>>;

export const exportModel = defineCommand({
  name: "export",
  summary: "a trained model for other programs",
  description:
    "Writes a checkpoint's model for other programs, batch norms folded into the convolutions before them.\n" +
    "onnx: images float32 [N, C, H, W] to logits [N, classes]; the labels and how to scale films are in its\n" +
    "metadata.",
  examples: ["deno task export --ckpt-path best_model.safetensors --format onnx --output model.onnx"],
  options: {
    ckptPath: path("FILE", "the checkpoint, as train wrote it"),
    model: path("FILE.ts", "the file whose layers the checkpoint's model needs"),
    format: choice(["onnx", "savedmodel", "tfjs"], "what to write"),
    output: path("PATH", "where to write it"),
    tensorflowLibrary: engineOptions.tensorflowLibrary,
  },
  async run({ ckptPath, model: file, format, output, tensorflowLibrary }) {
    if (ckptPath === undefined) throw new UserError("export needs --ckpt-path FILE");
    if (output === undefined) throw new UserError("export needs --output PATH");
    using checkpoint = await openCheckpoint(ckptPath);
    const model = await compileCheckpoint(ckptPath, checkpoint.metadata, file);
    await formats[format](output, { ckptPath, checkpoint, model, tensorflowLibrary });
  },
});
