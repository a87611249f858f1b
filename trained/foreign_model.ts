import { nihLabels } from "../data/labels.ts";
import { UserError } from "../errors.ts";
import { modelName } from "./model_name.ts";
import { readFitted } from "../weights/checkpoint/model_weights.ts";
import { recordedMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { type Fit, fitWeights } from "../weights/matching/fit.ts";
import type { Assumption } from "../weights/matching/choose_key_map.ts";
import type { NamedModel } from "../weights/matching/key_map.ts";
import { channelNormalizations, type Library } from "../weights/names/naming.ts";
import type { WeightsFile } from "../weights/tensor_source.ts";
import { checkClasses, checkOutputs, compileSource, modelNames, resolveModel } from "./model_source.ts";
import { checkLabels, lineageOfFit } from "./recorded.ts";
import type { CompileTrainedOptions, ModelFileOptions, TrainedModel } from "./trained_model.ts";

/**
 * Compiles a model of the registry or of a file for another library's weights. With a dataset, it has as many outputs as the dataset has
 * labels, and takes these labels if the file names none.
 *
 * @throws {UserError} where weights, model and labels do not fit
 */
export async function compileForeign(
  file: WeightsFile,
  name: string,
  { inChannels = 1, numClasses, imageSize, strict, library, key, assumed }: ModelFileOptions,
  { size, dataset }: CompileTrainedOptions,
): Promise<TrainedModel> {
  const metadata = recordedMetadata(file);
  if (dataset) checkClassCount(numClasses, dataset.labels, dataset.name);
  const source = await resolveModel(name, {
    inChannels,
    numClasses: numClasses ?? (dataset?.labels ?? nihLabels).length,
  });
  const [height, width] = size ?? (imageSize === undefined ? metadata?.input : [imageSize, imageSize]) ?? [224, 224];
  const model = compileSource(source, name, [height, width, inChannels]);
  if (dataset) checkOutputs(name, model, dataset.labels);
  else checkClasses(name, model, { numClasses });
  const names = await modelNames(name);
  const fit = fitWeights(file, {
    ...names,
    model,
    name: modelName(name),
    strict,
    library,
    key,
    assumed: assumed ?? assumptionOf(names),
    headless: dataset !== undefined, // a head for other labels is then named in the error
  });
  const labels = labelsOf(model.output[0], [fit.labels, dataset?.labels, nihLabels]);
  if (dataset) {
    checkHead(file.path, fit, dataset.labels);
    checkLabels(file.path, labels, dataset);
  }
  return {
    path: file.path,
    metadata,
    name: modelName(name),
    model,
    labels,
    channels: channelNormalizations(fit.normalization, inChannels),
    lineage: lineageOfFit(fit, metadata),
    synthetic: metadata?.dataset.synthetic ?? false,
    notes: [
      ...fit.notes,
      ...assumedNote(file.path, fit, library),
      ...(size === undefined && imageSize === undefined && metadata === undefined
        ? [
          `Nothing in ${file.path} tells the size of its films: they are stretched to 224×224, unless --img-size is given`,
        ]
        : []),
    ],
    load: () => readFitted(fit, model, 0),
  };
}

/**
 * The library that weights are taken to be from where nothing tells. Those of a user's own model, which no library names, are scaled as
 * training here and the document's scale films; of a model that libraries publish, the user is asked.
 */
export function assumptionOf({ weightNames }: Pick<NamedModel, "weightNames">): Assumption | undefined {
  return weightNames ? undefined : { library: "document", inColor: false };
}

/** A line where weights are taken for the document's because nothing tells whose they are. */
export function assumedNote(path: string, { library }: Fit, given: Library | undefined): string[] {
  if (given !== undefined || library !== "document") return [];
  return [
    `Nothing in ${path} tells whose weights it holds: they are taken for the document's, unless --names is given`,
  ];
}

function checkClassCount(numClasses: number | undefined, labels: readonly string[], data: string): void {
  if (numClasses === undefined || numClasses === labels.length) return;
  throw new UserError(`--num-classes ${numClasses}: ${data} has ${labels.length} labels`, {
    remedy: "Test on films with the labels that the model was trained on, in their order (label_dict.txt)",
  });
}

/** Makes sure that the file has the last layer, with as many outputs as there are labels. */
function checkHead(path: string, { leftOut, notes }: Fit, labels: readonly string[]): void {
  if (leftOut.size === 0) return;
  const faults = notes.flatMap((note) => note.startsWith("left out: ") ? [note.slice("left out: ".length)] : []);
  throw new UserError(`${path} does not fit the ${labels.length} labels of the data: ${faults.join("; ")}`, {
    remedy: "Test on films with the labels that it was trained on, in their order (label_dict.txt)",
  });
}

/** Returns the first of the lists that has as many labels as there are outputs; else `class 0`, `class 1`, … */
function labelsOf(count: number, lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return lists.find((labels) => labels?.length === count) ?? Array.from({ length: count }, (_, i) => `class ${i}`);
}
