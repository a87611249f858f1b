import { printable, quoted, UserError } from "../errors.ts";
import { exportCheckpoint } from "../export/export_checkpoint.ts";
import { exportFormatNames, exportFormats } from "../export/formats.ts";
import { openEngine } from "../runtime/open.ts";
import { choice, modelOption, path } from "./options/option.ts";
import { engineOptions, weightsOptions } from "./options/shared_options.ts";
import { libraries } from "../weights/names/naming.ts";
import { defineCommand } from "./cli.ts";
import { needingCheckpoint } from "./own_checkpoint.ts";

const holdsWeights = (format: keyof typeof exportFormats) => exportFormats[format].holds === "weights";

export const exportModel = defineCommand({
  name: "export",
  summary: "write a trained model for other programs",
  description:
    "Writes the model of a checkpoint for other programs: its weights, or the computation itself with batch " +
    "norms folded into the convolutions before them. Metadata say what the labels are and how to scale films.",
  table: { title: "Formats", rows: exportFormatNames.map((name) => [name, exportFormats[name].help] as const) },
  examples: [
    "deno task export --ckpt-path best_model.safetensors --format pytorch --output resnet18.pt",
    "deno task export --ckpt-path best_model.safetensors --names timm --output resnet18.safetensors",
    "deno task export --ckpt-path best_model.safetensors --format onnx --output model.onnx",
  ],
  options: {
    ckptPath: path("FILE", "a checkpoint that train wrote"),
    model: modelOption("FILE.ts", "the file with the layers that the checkpoint's model needs"),
    format: choice(exportFormatNames, "the format to write, see below"),
    output: path("PATH", "the file or folder to write"),
    names: {
      ...weightsOptions.names,
      help: `the library whose names and layout the weights get: ${libraries.join(", ")}`,
    },
    tensorflowLibrary: engineOptions.tensorflowLibrary,
  },
  voids: [
    { by: ({ format }) => !holdsWeights(format) && `--format ${format}`, options: ["names"] },
    { by: ({ format }) => holdsWeights(format) && `--format ${format}`, options: ["tensorflowLibrary"] },
  ],
  async run({ ckptPath, model, format, output, names, tensorflowLibrary }, { ignored }) {
    if (ckptPath === undefined) throw new UserError("export needs --ckpt-path FILE");
    if (output === undefined) throw new UserError("export needs --output PATH");
    const remedy = "export writes a checkpoint of Thorax; train one from it: deno task train --model " +
      `${model ?? "NAME"} --weights ${quoted(ckptPath)}`;
    const { named, bytes } = await needingCheckpoint(ckptPath, remedy, () =>
      exportCheckpoint(ckptPath, output, {
        format,
        names,
        model,
        onNote: (note) => console.error(note),
        async openEngine() {
          await openEngine({ device: "cpu", directory: tensorflowLibrary });
        },
      }));
    for (const line of ignored) console.error(line);
    console.error(printable(`Wrote ${output}: ${format}, ${named}, ${+(bytes / 1e6).toPrecision(3)} MB`));
  },
});
