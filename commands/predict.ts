import { basename, extname } from "node:path";
import { readImage } from "../data/preprocess.ts";
import { systemReason, UserError } from "../errors.ts";
import { alignColumns } from "../evaluate/table.ts";
import { compilePrediction, sigmoid } from "../evaluate/predict.ts";
import { readNpy } from "../formats/npy.ts";
import { readTensors } from "../train/checkpoint.ts";
import { engineOptions, flag, path } from "../train/options.ts";
import { openCheckpoint } from "../weights/checkpoint.ts";
import { defineCommand } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { compileCheckpoint } from "./model_source.ts";

const batchSize = 32;

export const predict = defineCommand({
  name: "predict",
  summary: "the probabilities of each label for films",
  description:
    "Predicts films with a checkpoint. Images are stretched and scaled as in training; a batch in NumPy's\n" +
    "format, float32 [N, C, H, W], is used as it is.",
  examples: [
    "deno task predict --ckpt-path best_model.safetensors film.png other.jpg",
    "deno task predict --ckpt-path best_model.safetensors --input batch.npy --json",
  ],
  options: {
    ckptPath: path("FILE", "the checkpoint, as train wrote it"),
    model: path("FILE.ts", "the file whose layers the checkpoint's model needs"),
    input: path("BATCH.npy|IMAGE", "what to predict; images may also be named without the flag"),
    json: flag("one JSON document on standard output"),
    ...engineOptions,
  },
  arguments: "[IMAGE...]",
  async run(options, { args }) {
    const { ckptPath, input, json } = options;
    if (ckptPath === undefined) throw new UserError("predict needs --ckpt-path FILE");
    const inputs = [...(input === undefined ? [] : [input]), ...args];
    if (inputs.length === 0) {
      throw new UserError("predict needs films", { remedy: "Name images, or a batch with --input FILE.npy" });
    }
    using checkpoint = await openCheckpoint(ckptPath);
    const { metadata } = checkpoint;
    const model = await compileCheckpoint(ckptPath, metadata, options.model);
    const films = inputs.some((file) => extname(file) === ".npy")
      ? await readBatch(inputs, metadata.input)
      : await readImages(inputs, metadata.preprocessing.imageSize);
    await startEngine(options);
    const weights = await readTensors(checkpoint, ckptPath, model.parameters);
    using prediction = compilePrediction(model, weights, options);
    const size = metadata.input.reduce((a, b) => a * b);
    const logits: number[][] = [];
    for (let film = 0; film < films.names.length; film += batchSize) {
      const values = await prediction.logits(films.images.subarray(film * size, (film + batchSize) * size));
      const classes = metadata.labels.length;
      for (let i = 0; i < values.length; i += classes) logits.push([...values.subarray(i, i + classes)]);
    }
    const probabilities = logits.map((row) => row.map(sigmoid));
    if (json) {
      const document = { model: metadata.model, labels: metadata.labels, inputs: films.names, logits, probabilities };
      return console.log(JSON.stringify(document, null, 2));
    }
    for (const [i, name] of films.names.entries()) {
      const rows = metadata.labels.map((label, j) => [label, probabilities[i][j].toFixed(4)]);
      console.log([name, ...alignColumns(rows), ""].join("\n"));
    }
  },
});

/** Films ready for the model: `[N, H, W, C]`, row-major. */
interface Films {
  readonly names: readonly string[];
  readonly images: Float32Array;
}

async function readImages(paths: readonly string[], imageSize: number): Promise<Films> {
  const images = new Float32Array(paths.length * imageSize ** 2);
  for (const [film, path] of paths.entries()) {
    try {
      images.set(await readImage(path, { imageSize }), film * imageSize ** 2);
    } catch (error) {
      // a film that is named on the command line and cannot be read is bad input, not a failure on the way
      throw error instanceof UserError ? new UserError(error.message, { cause: error }) : error;
    }
  }
  return { names: paths, images };
}

/** One NumPy batch `[N, C, H, W]`, as `[N, H, W, C]`. */
async function readBatch(inputs: readonly string[], [height, width, channels]: readonly number[]): Promise<Films> {
  const [file] = inputs;
  if (inputs.length > 1) {
    throw new UserError("a .npy batch goes alone", { remedy: `Predict ${file} without the others` });
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(file);
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${systemReason(cause)}`, { cause });
  }
  const { shape, data } = readNpy(bytes, file);
  if (!(data instanceof Float32Array) || shape.length !== 4 || `${shape.slice(1)}` !== `${[channels, height, width]}`) {
    const type = data.constructor.name.replace("Array", "").toLowerCase();
    throw new UserError(
      `${file} must be float32 [N, ${channels}, ${height}, ${width}], and is ${type} [${shape.join(", ")}]`,
    );
  }
  const [n] = shape;
  if (channels === 1) return { names: nameRows(file, n), images: data };
  const images = new Float32Array(data.length), area = height * width;
  for (let film = 0; film < n; film++) {
    for (let c = 0; c < channels; c++) {
      const from = (film * channels + c) * area;
      for (let i = 0; i < area; i++) images[(film * area + i) * channels + c] = data[from + i];
    }
  }
  return { names: nameRows(file, n), images };
}

const nameRows = (file: string, n: number) => Array.from({ length: n }, (_, i) => `${basename(file)}[${i}]`);
