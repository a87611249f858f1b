import { nihLabels } from "../data/labels.ts";
import { UserError } from "../errors.ts";
import { buildModel, registry } from "../models/registry.ts";
import { fitWeights } from "../weights/matching/fit.ts";
import type { WeightsFile } from "../weights/tensor_source.ts";
import { compileSource } from "./model_source.ts";

/** Finds the models of the registry that the weights of a file fit by all names and shapes, the last layer left aside. */
export function guessModels(
  file: WeightsFile,
  { inChannels = 1, imageSize = 224 }: { readonly inChannels?: number; readonly imageSize?: number },
): string[] {
  return Object.entries(registry).flatMap(([name, { weightNames }]) => {
    try {
      const spec = buildModel(name, { inChannels, numClasses: nihLabels.length });
      const model = compileSource({ spec, layers: [] }, name, [imageSize, imageSize, inChannels]);
      fitWeights(file, {
        model,
        name,
        weightNames,
        headless: true,
        assumed: { library: "document", inColor: true },
      });
      return [name];
    } catch (error) {
      if (error instanceof UserError) return []; // it says what does not fit
      throw error;
    }
  });
}
