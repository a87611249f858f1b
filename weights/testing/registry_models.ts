/** For tests: models of the registry, with the names of their weights. */
import { compile, type Model } from "../../dsl/compile/compile.ts";
import { buildModel, knownWeightNames, weightNamesOf } from "../../models/registry.ts";
import type { NamedModel } from "../matching/key_map.ts";

/** The names of a model's weights, and those of known families, beside the name of the model. */
export const namesFor = (name: string): Omit<NamedModel, "model"> => (
  { name, weightNames: weightNamesOf(name), knownNames: knownWeightNames }
);

/** Compiles a model of the registry for square images. */
export const modelOf = (name: string, size = 64, channels = 1, numClasses = 15): Model =>
  compile(buildModel(name, { numClasses }), { input: [size, size, channels] });

/** A model of the registry, with the names of its weights. */
export const namedModel = (name: string, size?: number): NamedModel => ({
  ...namesFor(name),
  model: modelOf(name, size),
});
