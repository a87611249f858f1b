import { UserError } from "../errors.ts";
import { recordedMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { openWeights } from "../weights/open_weights.ts";
import type { WeightsFile } from "../weights/tensor_source.ts";
import { compileForeign } from "./foreign_model.ts";
import { guessModels } from "./guess_model.ts";
import { compileOwn } from "./own_model.ts";
import type { CompileTrainedOptions, ModelFile, ModelFileOptions, TrainedModel } from "./trained_model.ts";

/**
 * Opens a file of weights: a checkpoint of Thorax, which brings its model, or another library's weights in any format that training takes
 * (PyTorch, safetensors, NumPy, a folder of Hugging Face's), for the model that `options.model` names.
 *
 * @throws {UserError} where the file cannot be read, or the model has to be named
 */
export async function openModelFile(path: string, options: ModelFileOptions = {}): Promise<ModelFile> {
  using cleanup = new DisposableStack();
  const file = cleanup.use(await openWeights(path));
  const metadata = recordedMetadata(file), { model: name } = options;
  const compileWith = chooseCompiler();
  const opened = cleanup.move();
  return {
    path: file.path,
    metadata,
    bringsModel: metadata !== undefined && !options.asWeights,
    compile: (wanted = {}) => compileWith(wanted),
    [Symbol.dispose]: () => opened.dispose(),
  };

  function chooseCompiler(): (wanted: CompileTrainedOptions) => Promise<TrainedModel> {
    if (metadata !== undefined && !options.asWeights) return (wanted) => compileOwn(file, metadata, name, wanted);
    if (name === undefined) throw unnamed(file, metadata?.model, options);
    return (wanted) => compileForeign(file, name, options, wanted);
  }
}

/**
 * Opens a trained model: see {@linkcode openModelFile}. Its weights are read by `load()`, which needs an open engine.
 *
 * @throws {UserError} where the file cannot be read, or weights and model do not fit
 *
 * @example
 * ```ts ignore
 * import { openTrainedModel } from "@thorax/thorax";
 * using checkpoint = await openTrainedModel("best_model.safetensors");
 * using weights = await openTrainedModel("resnet50.pth", { model: "resnet50", inChannels: 3, numClasses: 1000 });
 * console.log(checkpoint.name, checkpoint.labels, weights.notes);
 * ```
 */
export async function openTrainedModel(
  path: string,
  { size, dataset, ...options }: ModelFileOptions & CompileTrainedOptions = {},
): Promise<TrainedModel & Disposable> {
  using cleanup = new DisposableStack();
  const file = cleanup.use(await openModelFile(path, options));
  const trained = await file.compile({ size, dataset });
  const opened = cleanup.move();
  return { ...trained, [Symbol.dispose]: () => opened.dispose() };
}

function unnamed(file: WeightsFile, recorded: string | undefined, options: ModelFileOptions): UserError {
  const { howToName = (guess) => `Name it: { model: "${guess ?? "NAME"}" }` } = options;
  if (recorded !== undefined) {
    const problem = `${file.path} is a checkpoint of ${recorded}, and bare weights need the name of their model`;
    return new UserError(problem, { remedy: howToName(recorded) });
  }
  const [guess] = guessModels(file, options);
  const found = guess === undefined ? "" : `: its weights fit ${guess}`;
  return new UserError(`${file.path} is not a checkpoint of Thorax and does not name its model${found}`, {
    remedy: howToName(guess),
  });
}
