import { join } from "node:path";
import { printable, UserError } from "../errors.ts";
import { writeOnnx } from "../export/onnx/model.ts";
import { writeSavedModel } from "../export/saved_model.ts";
import { writeTfjsModel } from "../export/tfjs_model.ts";
import { choice, engineOptions, modelOption, path, weightsOptions } from "../train/options.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { libraries } from "../weights/names/naming.ts";
import { defineCommand } from "./cli.ts";
import { graphFormat, type GraphSource } from "./export_graph.ts";
import { type Exported, exportPytorch, exportSafetensors } from "./export_weights.ts";
import { checkpointNames, compileCheckpoint } from "./model_source.ts";

/** Writes a model in a format, whole or not at all; resolves to what its parts are named after. */
type Format = (output: string, exported: Exported & GraphSource) => Promise<string>;

const formats = {
  safetensors: exportSafetensors,
  pytorch: exportPytorch,
  onnx: graphFormat(writeOnnx, { grouped: true }),
  savedmodel: graphFormat(writeSavedModel, { grouped: true }),
  tfjs: graphFormat(writeTfjsModel, { grouped: false }),
} satisfies Readonly<Record<string, Format>>;

/** Whether a format holds the weights alone, and not the computation. */
const holdsWeights = (format: keyof typeof formats) => format === "safetensors" || format === "pytorch";

export const exportModel = defineCommand({
  name: "export",
  summary: "a trained model for other programs",
  description: "Writes a checkpoint's model for other programs.\n" +
    "safetensors: the weights, under Thorax's paths or a library's --names.\n" +
    "pytorch: a state dict, by default under the names of the library whose model it is: --output ends in .pt or .pth\n" +
    "for torch.load(FILE, weights_only=True), in .safetensors for safetensors.torch.load_file(FILE).\n" +
    "onnx, savedmodel, tfjs: the computation itself, batch norms folded into the convolutions before them; the labels\n" +
    "and how to scale films are in its metadata.",
  examples: [
    "deno task export --ckpt-path best_model.safetensors --format pytorch --output resnet18.pt",
    "deno task export --ckpt-path best_model.safetensors --names timm --output resnet18.safetensors",
    "deno task export --ckpt-path best_model.safetensors --format onnx --output model.onnx",
  ],
  options: {
    ckptPath: path("FILE", "the checkpoint, as train wrote it"),
    model: modelOption("FILE.ts", "the file whose layers the checkpoint's model needs"),
    format: choice(["safetensors", "pytorch", "onnx", "savedmodel", "tfjs"], "what to write"),
    output: path("PATH", "where to write it"),
    names: { ...weightsOptions.names, help: `whose names and layout the weights get: ${libraries.join(", ")}` },
    tensorflowLibrary: engineOptions.tensorflowLibrary,
  },
  voids: [
    { by: ({ format }) => !holdsWeights(format) && `--format ${format}`, options: ["names"] },
    { by: ({ format }) => holdsWeights(format) && `--format ${format}`, options: ["tensorflowLibrary"] },
  ],
  async run({ ckptPath, model: file, format, output, names, tensorflowLibrary }, { ignored }) {
    if (ckptPath === undefined) throw new UserError("export needs --ckpt-path FILE");
    if (output === undefined) throw new UserError("export needs --output PATH");
    using checkpoint = await openCheckpoint(ckptPath);
    const model = await compileCheckpoint(ckptPath, checkpoint.metadata, file);
    const { weightNames } = await checkpointNames(checkpoint.metadata, file);
    for (const line of ignored) console.error(line);
    const named = await formats[format](output, {
      ckptPath,
      checkpoint,
      model,
      weightNames,
      names,
      tensorflowLibrary,
    });
    console.error(
      printable(`Wrote ${output}: ${format}, ${named}, ${+(await sizeOf(output) / 1e6).toPrecision(3)} MB`),
    );
  },
});

/** The bytes of a file, or of all files in a folder. */
async function sizeOf(path: string): Promise<number> {
  const { size, isDirectory } = await Deno.stat(path);
  if (!isDirectory) return size;
  const entries = await Array.fromAsync(Deno.readDir(path));
  const sizes = await Promise.all(entries.map(({ name }) => sizeOf(join(path, name))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
