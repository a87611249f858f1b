import { basename, extname } from "node:path";
import { darkFilmsNote } from "../data/dark_films.ts";
import { type Normalization, rangeFault } from "../data/normalization.ts";
import { readImage } from "../data/preprocess.ts";
import { sizeOf } from "../dsl/shape.ts";
import { printable, UserError } from "../errors.ts";
import { checkLogits } from "../evaluate/check_logits.ts";
import { syntheticModelWarning } from "../evaluate/seen.ts";
import { alignColumns } from "../evaluate/table.ts";
import { compilePrediction } from "../evaluate/predict.ts";
import { sigmoid } from "../evaluate/sigmoid.ts";
import type { NpyArray } from "../formats/npy.ts";
import { readNpyFile } from "../formats/npy_file.ts";
import { engineOptions, flag, foreignOptions, path, weightsOptions } from "../train/options.ts";
import { defineCommand } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { openTrained } from "./trained_model.ts";
import { engineVoids } from "./void_options.ts";

const batchSize = 32;

export const predict = defineCommand({
  name: "predict",
  summary: "the probabilities of each label for films",
  description: "Predicts films with a checkpoint, or with weights of another library (--model, --weights). Images\n" +
    "are stretched and scaled as in training; a batch in NumPy's format, float32 [N, C, H, W], is used as it is.",
  examples: [
    "deno task predict --ckpt-path best_model.safetensors film.png other.jpg",
    "deno task predict --ckpt-path best_model.safetensors --input batch.npy --json",
    "deno task predict --model resnet50 --weights r.pth --in-channels 3 --num-classes 1000 film.png",
  ],
  options: {
    ckptPath: path("FILE", "the checkpoint, as train wrote it"),
    model: path("NAME|FILE.ts", "the model of --weights; beside --ckpt-path, the file whose layers it needs"),
    ...weightsOptions,
    weights: { ...weightsOptions.weights, help: "in place of a checkpoint: PyTorch's .pt or .pth, safetensors, .npz" },
    ...foreignOptions,
    input: path("BATCH.npy|IMAGE", "what to predict; images may also be named without the flag"),
    json: flag("one JSON document on standard output"),
    ...engineOptions,
  },
  voids: engineVoids,
  arguments: "[IMAGE...]",
  async run(options, { args, given, ignored, commandWith }) {
    const { input, json } = options;
    if (options.ckptPath === undefined && options.weights === undefined) {
      throw new UserError("predict needs --ckpt-path FILE, or --model NAME and --weights FILE");
    }
    const inputs = [...(input === undefined ? [] : [input]), ...args];
    if (inputs.length === 0) {
      throw new UserError("predict needs films", { remedy: "Name images, or a batch with --input FILE.npy" });
    }
    const batch = inputs.some((file) => extname(file) === ".npy") ? await readBatch(inputs) : undefined;
    using trained = await openTrained(options, { size: batch?.size, commandWith, given });
    const { name, model, labels, channels, synthetic } = trained;
    const films = batch ? filmsOf(batch, model.input) : await readImages(inputs, model.input[0], channels);
    const fault = batch && rangeFault(films.images, channels);
    if (fault) console.error(`warning: ${batch.file} holds ${fault}`);
    for (const line of ignored) console.error(line);
    const dark = batch ? undefined : await darkFilmsNote(inputs);
    if (dark) console.error(`warning: ${dark}`);
    await startEngine(options);
    const weights = await trained.load();
    using prediction = compilePrediction(model, weights, options);
    const size = sizeOf(model.input), classes = labels.length;
    const logits: number[][] = [];
    for (let film = 0; film < films.names.length; film += batchSize) {
      const values = await prediction.logits(films.images.subarray(film * size, (film + batchSize) * size));
      checkLogits(values, classes, (row, label) => `${films.names[film + row]}, ${labels[label]}`);
      for (let i = 0; i < values.length; i += classes) logits.push([...values.subarray(i, i + classes)]);
    }
    if (synthetic) console.error(`warning: ${syntheticModelWarning}`);
    const probabilities = logits.map((row) => row.map(sigmoid));
    if (json) {
      const document = { model: name, labels, inputs: films.names, logits, probabilities };
      return console.log(JSON.stringify(document, null, 2));
    }
    for (const [i, name] of films.names.entries()) {
      const rows = labels.map((label, j) => [printable(label), probabilities[i][j].toFixed(4)]);
      console.log([printable(name), ...alignColumns(rows), ""].join("\n"));
    }
  },
});

/** Films ready for the model: `[N, H, W, C]`, row-major. */
interface Films {
  readonly names: readonly string[];
  readonly images: Float32Array;
}

async function readImages(
  paths: readonly string[],
  imageSize: number,
  channels: readonly Normalization[],
): Promise<Films> {
  const size = imageSize ** 2 * channels.length, images = new Float32Array(paths.length * size);
  for (const [film, path] of paths.entries()) {
    try {
      images.set(await readImage(path, { imageSize, channels }), film * size);
    } catch (error) {
      // a film that is named on the command line and cannot be read is bad input, not a failure on the way
      throw error instanceof UserError ? new UserError(error.message, { cause: error }) : error;
    }
  }
  return { names: paths, images };
}

/** One NumPy file, and the size of the images in it where it holds any. */
interface Batch {
  readonly file: string;
  readonly array: NpyArray;
  readonly size?: readonly [height: number, width: number];
}

async function readBatch(inputs: readonly string[]): Promise<Batch> {
  const [file] = inputs;
  if (inputs.length > 1) {
    throw new UserError("a .npy batch goes alone", { remedy: `Predict ${file} without the others` });
  }
  const array = await readNpyFile(file), [, , height, width] = array.shape;
  return { file, array, ...(height > 0 && width > 0 && { size: [height, width] }) };
}

/** A batch `[N, C, H, W]`, as `[N, H, W, C]`. */
function filmsOf({ file, array: { shape, data } }: Batch, [height, width, channels]: readonly number[]): Films {
  if (!(data instanceof Float32Array) || shape.length !== 4 || `${shape.slice(1)}` !== `${[channels, height, width]}`) {
    const type = data.constructor.name.replace("Array", "").toLowerCase();
    throw new UserError(
      `${file} must be float32 [N, ${channels}, ${height}, ${width}], and is ${type} [${shape.join(", ")}]`,
    );
  }
  const [n] = shape, bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [film, channel, row, column] = placeOf(bad, shape);
    throw new UserError(
      `${file} holds ${data[bad]}: film ${film}, channel ${channel}, row ${row}, column ${column}, counted from 0`,
    );
  }
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

/** The indices of an element, from its number in row-major order. */
function placeOf(element: number, shape: readonly number[]): number[] {
  return shape.map((side, axis) =>
    Math.floor(element / shape.slice(axis + 1).reduce((size, next) => size * next, 1)) % side
  );
}

const nameRows = (file: string, n: number) => Array.from({ length: n }, (_, i) => `${basename(file)}[${i}]`);
