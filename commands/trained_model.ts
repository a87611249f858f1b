import { nihLabels } from "../data/labels.ts";
import type { Normalization } from "../data/normalization.ts";
import type { Model } from "../dsl/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { printable, UserError } from "../errors.ts";
import { readFitted, readTensors } from "../train/checkpoint.ts";
import type { Values, weightsOptions } from "../train/options.ts";
import { modelName } from "../train/run_folder.ts";
import { openCheckpoint } from "../weights/checkpoint.ts";
import { fitWeights, recordedMetadata } from "../weights/fit.ts";
import { channelScales } from "../weights/names/naming.ts";
import { openWeights } from "../weights/tensor_source.ts";
import { compileCheckpoint, compileSource, resolveModel } from "./model_source.ts";

/** A trained model whose weights are still on disk. */
export interface TrainedModel extends Disposable {
  readonly name: string;
  readonly model: Model;
  /** In the order of the outputs. */
  readonly labels: readonly string[];
  /** Of the films, for each channel. */
  readonly channels: readonly Normalization[];
  /** Whether it was trained on synthetic films, as far as the file says. */
  readonly synthetic: boolean;
  /** Reads the weights; the engine must be open. */
  load(): Promise<Weights>;
}

/** How a command names a trained model. */
export interface TrainedModelOptions extends Values<typeof weightsOptions> {
  readonly ckptPath?: string;
  readonly model?: string;
  readonly inChannels: number;
  readonly numClasses: number;
}

/** Makes sure that the options of weights go together, and with no other weights. */
export function checkWeightsOptions(
  { weights, ckptPath, names, weightsKey, strict }: Partial<TrainedModelOptions>,
): void {
  if (weights !== undefined && ckptPath !== undefined) {
    throw new UserError("--weights and --ckpt-path name different weights", { remedy: "Leave one of them out" });
  }
  if (weights !== undefined) return;
  const [flag] = [strict && "--strict", names !== undefined && "--names", weightsKey !== undefined && "--weights-key"]
    .filter((flag) => flag !== false && flag !== undefined);
  if (flag) throw new UserError(`${flag} goes with --weights FILE`);
}

/**
 * Opens a checkpoint of ours, or the weights of another library for a model of the registry or a file, then for images of `size`, of
 * the size that they were trained on where they say it, or of 224². What is made of another library's weights is said on standard error.
 */
export async function openTrained(
  options: TrainedModelOptions,
  size?: readonly [height: number, width: number],
): Promise<TrainedModel> {
  const { ckptPath, weights, model } = options;
  if (weights === undefined) return await openOwn(ckptPath ?? "", model);
  if (model === undefined) {
    throw new UserError("--weights needs --model NAME|FILE.ts", { remedy: "Name the model that they are of" });
  }
  return await openForeign(weights, model, options, size);
}

async function openOwn(path: string, file?: string): Promise<TrainedModel> {
  const checkpoint = await openCheckpoint(path);
  const { metadata } = checkpoint, { mean, std, channels } = metadata.preprocessing;
  try {
    const model = await compileCheckpoint(path, metadata, file);
    return {
      ...{ name: metadata.model, model, labels: metadata.labels },
      channels: Array.from({ length: channels }, () => ({ mean, std })),
      synthetic: metadata.dataset.synthetic,
      load: () => readTensors(checkpoint, path, model.parameters),
      [Symbol.dispose]: () => checkpoint[Symbol.dispose](),
    };
  } catch (error) {
    checkpoint[Symbol.dispose]();
    throw error;
  }
}

async function openForeign(
  path: string,
  name: string,
  { inChannels, numClasses, strict, names, weightsKey }: TrainedModelOptions,
  size?: readonly [number, number],
): Promise<TrainedModel> {
  const source = await resolveModel(name, { inChannels, numClasses });
  const file = await openWeights(path);
  try {
    const [height, width] = size ?? recordedMetadata(file)?.input ?? [224, 224];
    const model = compileSource(source, name, [height, width, inChannels]);
    const fit = fitWeights(file, { model, name: modelName(name), strict, library: names, key: weightsKey });
    for (const note of fit.notes) console.error(printable(note));
    return {
      ...{ name: modelName(name), model, labels: labelsOf(model.output[0], fit.labels) },
      channels: channelScales(fit.input, inChannels),
      synthetic: recordedMetadata(file)?.dataset.synthetic ?? false,
      load: () => readFitted(fit, model, 0),
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

/** The labels that weights bring; else NIH's, where there are as many; else numbers. */
function labelsOf(count: number, known: readonly string[] = nihLabels): readonly string[] {
  return known.length === count ? known : Array.from({ length: count }, (_, i) => `class ${i}`);
}
