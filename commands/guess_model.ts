import { nihLabels } from "../data/labels.ts";
import { UserError } from "../errors.ts";
import { buildModel, registry } from "../models/registry.ts";
import { fitWeights } from "../weights/matching/fit.ts";
import type { WeightsFile } from "../weights/tensor_source.ts";
import { compileSource } from "./model_source.ts";

/** The models of the registry that a file may hold the weights of, whatever its last layer: all names and shapes fit. */
export function guessModels(
  file: WeightsFile,
  { inChannels = 1, imgSize = 224 }: { readonly inChannels?: number; readonly imgSize?: number },
): string[] {
  return Object.entries(registry).flatMap(([name, { weightNames }]) => {
    try {
      const spec = buildModel(name, { inChannels, numClasses: nihLabels.length });
      const model = compileSource({ spec, layers: [] }, name, [imgSize, imgSize, inChannels]);
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
