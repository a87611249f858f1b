import { graphFormat } from "./graph_format.ts";
import { writeOnnx } from "./onnx/model.ts";
import { writeSavedModel } from "./saved_model.ts";
import { writeTfjsModel } from "./tfjs_model.ts";
import { exportPytorch, exportSafetensors, type ExportSource } from "./weights_format.ts";

/** A form in which a trained model leaves for other programs. */
export type ExportFormat = "safetensors" | "pytorch" | "onnx" | "savedmodel" | "tfjs";

/** How a format is written, and what it holds. */
export interface FormatDefinition {
  /** What it is, for `--help`: a sentence or two, without a line break. */
  readonly help: string;
  /** Whether it holds the weights alone, or the computation with them, which takes an open engine. */
  readonly holds: "weights" | "computation";
  /** How the name of the file ends; empty where that does not matter. */
  readonly endings: readonly string[];
  /** Writes it, whole or not at all; resolves to what its parts are named after. */
  readonly write: (output: string, source: ExportSource) => Promise<string>;
}

/** All formats; flags, help, documentation and tests follow this table. The first one is the default. */
export const exportFormats: Readonly<Record<ExportFormat, FormatDefinition>> = {
  safetensors: {
    help: "the weights, under Thorax's paths or a library's --names",
    holds: "weights",
    endings: [".safetensors"],
    write: exportSafetensors,
  },
  pytorch: {
    help: "a state dict, by default under the names of the library whose model it is: .pt or .pth for " +
      "torch.load(FILE, weights_only=True), .safetensors for safetensors.torch.load_file(FILE)",
    holds: "weights",
    endings: [".pt", ".pth", ".safetensors"],
    write: exportPytorch,
  },
  onnx: {
    help: "the computation, for onnxruntime and others; images are [N, C, H, W]",
    holds: "computation",
    endings: [],
    write: graphFormat(writeOnnx, { grouped: true }),
  },
  savedmodel: {
    help: "the computation, a folder for TensorFlow; images are [N, H, W, C]",
    holds: "computation",
    endings: [],
    write: graphFormat(writeSavedModel, { grouped: true }),
  },
  tfjs: {
    help: "the computation, a folder for tf.loadGraphModel of TensorFlow.js; images are [N, H, W, C]",
    holds: "computation",
    endings: [],
    write: graphFormat(writeTfjsModel, { grouped: false }),
  },
};

/** The names of all formats, the default first. */
export const exportFormatNames = Object.keys(exportFormats) as [ExportFormat, ...ExportFormat[]];
