import { printable, UserError } from "../errors.ts";
import { imageFilms, npyFilms } from "../evaluate/film_source.ts";
import { predictSource } from "../evaluate/predict_images.ts";
import { csvWriter } from "../evaluate/prediction_writers/csv.ts";
import { jsonWriter } from "../evaluate/prediction_writers/json.ts";
import { jsonlWriter } from "../evaluate/prediction_writers/jsonl.ts";
import { textWriter } from "../evaluate/prediction_writers/text.ts";
import type { FailedFilm } from "../evaluate/prediction_writers/writer.ts";
import { syntheticModelWarning } from "../evaluate/seen.ts";
import { filmsAtOnce, flag, path } from "./options/option.ts";
import { engineOptions, foreignOptions, weightsOptions } from "./options/shared_options.ts";
import { printLine, showProgress } from "../train/progress.ts";
import { defineCommand } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { inputsOf, readBatch } from "./predict_inputs.ts";
import { writeOutput } from "./standard_output.ts";
import { openForPrediction } from "./trained_model.ts";
import { engineVoids } from "./void_options.ts";

export const predict = defineCommand({
  name: "predict",
  summary: "predict the probability of each label for films",
  description:
    "Predicts films with a checkpoint, or with weights of another library (--model, --weights). Images are " +
    "stretched and scaled as in training. A folder stands for the images in it and below; a glob may be quoted. A batch " +
    "in NumPy's format, float32 [N, C, H, W], is used as it is and must be the only input. A film that cannot be read is " +
    "named and left out; the exit status is then 1, or 2 if no film is left.",
  examples: [
    "deno task predict --ckpt-path best_model.safetensors film.png other.jpg",
    "deno task predict --ckpt-path best_model.safetensors films 'more/**/*.png' --csv > films.csv",
    "find . -name '*.png' | deno task predict --ckpt-path best_model.safetensors --input-list - --jsonl",
    "deno task predict --ckpt-path best_model.safetensors --input batch.npy --json",
    "deno task predict --model resnet50 --weights r.pth --in-channels 3 --num-classes 1000 film.png",
  ],
  options: {
    ckptPath: path("FILE", "a checkpoint that train wrote"),
    model: path("NAME|FILE.ts", "the model of --weights, or the file with a checkpoint's own layers"),
    ...weightsOptions,
    weights: {
      ...weightsOptions.weights,
      help: "weights to use in place of a checkpoint: PyTorch's .pt or .pth, safetensors, .npz",
    },
    ...foreignOptions,
    input: path("BATCH.npy|IMAGE", "a film or a batch to predict; films may also be named without this flag"),
    inputList: path("FILE", "a list of films, one path a line; - is standard input"),
    batchSize: filmsAtOnce("films that are predicted at a time"),
    json: flag("print one JSON document at the end"),
    jsonl: flag("print a JSON document for each film, one a line, as they come"),
    csv: flag("print a CSV row for each film, as they come: input, then p_LABEL and logit_LABEL of each label"),
    ...engineOptions,
  },
  voids: engineVoids,
  arguments: "[IMAGE|FOLDER|GLOB...]",
  async run(options, { args, given, ignored, commandWith }) {
    const { batchSize } = options;
    if (options.ckptPath === undefined && options.weights === undefined) {
      throw new UserError("predict needs --ckpt-path FILE, or --model NAME and --weights FILE");
    }
    const makeWriter = chooseWriter(options);
    const inputs = inputsOf(options, args), npy = await readBatch(inputs);
    using trained = await openForPrediction(options, npy?.size, { commandWith, given });
    const { name: model, labels } = trained;

    const failed: FailedFilm[] = [];
    const onFailed = (input: string, reason: string) => {
      failed.push({ input, reason });
      if (count > 1) printLine(`failed: ${printable(reason)}`);
    };
    const source = npy
      ? npyFilms(npy, trained, batchSize)
      : await imageFilms(trained, { ...inputs, batchSize, onFailed });
    const { count, notes, warnings } = source;
    for (const note of notes) console.error(printable(note));
    await using films = predictSource(trained, source, {
      precision: options.precision,
      onFailed: npy === undefined ? onFailed : undefined,
      async openEngine() {
        for (const line of ignored) printLine(line);
        for (const warning of await warnings()) printLine(`warning: ${warning}`);
        await beforeFilms(() => startEngine(options));
      },
    });
    const writer = makeWriter({ model, labels, count, write: writeOutput });
    using progress = showsProgress(count, batchSize)
      ? showProgress("predict", Math.ceil(count / batchSize))
      : undefined;
    let predicted = 0;
    // the results of a batch in a file come all or not at all
    for await (const film of npy ? await Array.fromAsync(films) : films) {
      if (predicted++ === 0 && trained.synthetic) printLine(`warning: ${syntheticModelWarning}`);
      await writer.film(film);
      if (predicted % batchSize === 0) progress?.update(Math.ceil((predicted + failed.length) / batchSize), predicted);
    }
    await writer.end(failed);
    if (failed.length === 0) return 0;
    if (predicted === 0) {
      const [first] = failed;
      throw new UserError(first && count === 1 ? first.reason : `none of the ${count} films can be predicted`);
    }
    printLine(`${failed.length} of ${count} films failed`);
    return 1;
  },
});

/** Runs what no film can be predicted without. If it fails, the exit status is 2: 1 would say that some films were predicted. */
async function beforeFilms<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof UserError ? new UserError(cause.message, { cause }) : cause;
  }
}

/** The options that choose a form of output. */
interface Forms {
  readonly json: boolean;
  readonly jsonl: boolean;
  readonly csv: boolean;
}

function chooseWriter({ json, jsonl, csv }: Forms) {
  const forms = [...(json ? ["--json"] : []), ...(jsonl ? ["--jsonl"] : []), ...(csv ? ["--csv"] : [])];
  if (forms.length > 1) {
    throw new UserError(`${forms.join(" and ")} exclude each other`, { remedy: "Leave one of them out" });
  }
  return json ? jsonWriter : jsonl ? jsonlWriter : csv ? csvWriter : textWriter;
}

/** Whether to show progress: between results on a terminal, a bar would be in the way. */
function showsProgress(count: number, batchSize: number): boolean {
  return count > batchSize && !Deno.stdout.isTerminal();
}
