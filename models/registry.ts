import type { Spec } from "../dsl/spec.ts";
import { didYouMean, UserError } from "../errors.ts";
import { defaultLibrary, tensorNames, type WeightNames } from "../weights/names/naming.ts";
import { alexnets } from "./alexnet.ts";
import type { Builder, Family, ModelOptions, Paper } from "./builder.ts";
import { convnexts } from "./convnext.ts";
import { densenets } from "./densenet.ts";
import { efficientnets } from "./efficientnet.ts";
import { mobilenets } from "./mobilenet_v3.ts";
import { resnets } from "./resnet.ts";
import { vggs } from "./vgg.ts";
import { dinov2s, vits } from "./vit.ts";

const families: readonly Family[] = [
  alexnets,
  vggs,
  resnets,
  densenets,
  mobilenets,
  efficientnets,
  convnexts,
  vits,
  dinov2s,
];

/** A model of the registry. */
export interface ModelEntry {
  /** Makes its spec. */
  readonly build: Builder;
  /** The name of its family, for people. */
  readonly family: string;
  /** The paper that describes it. */
  readonly paper: Paper;
  /** The height and width of the images that the published weights were trained on, in pixels. */
  readonly inputSize: number;
  /** The published number of trainable parameters, for images of the input size with 3 channels, and 1000 classes. */
  readonly parameters: number;
  /** The published multiply-adds for one such image, to the nearest 10^6. */
  readonly multiplyAdds: number;
  /** The names that libraries give to its weights. */
  readonly weightNames: WeightNames;
}

/** All models by name, as `--model` takes it. */
export const registry: Readonly<Record<string, ModelEntry>> = Object.freeze(Object.fromEntries(
  families.flatMap(({ name: family, models, ...shared }) =>
    Object.entries(models).map(([name, variant]): [string, ModelEntry] => [name, { ...variant, ...shared, family }])
  ),
));

/** The names that libraries give to the weights of each family, by the family's name for people. */
export const knownWeightNames: Readonly<Record<string, WeightNames>> = Object.freeze(
  Object.fromEntries(families.map(({ name, weightNames }) => [name, weightNames])),
);

/** The names that libraries give to a model's weights; undefined for a name that is not in the registry. */
export function weightNamesOf(name: string): WeightNames | undefined {
  return Object.hasOwn(registry, name) ? registry[name].weightNames : undefined;
}

/**
 * The name of a parameter in the library whose model Thorax follows. A model that is not in the registry has paths with
 * dots.
 *
 * @example
 * ```ts
 * import { torchName } from "./registry.ts";
 * console.assert(torchName("resnet18", "layer2/0/block/shortcut/bn/mean") === "layer2.0.downsample.1.running_mean");
 * ```
 */
export function torchName(model: string, path: string): string {
  const weightNames = weightNamesOf(model) ?? {};
  const [name] = tensorNames(path, weightNames[defaultLibrary(weightNames)] ?? {});
  return name;
}

/**
 * Builds the spec of a model of the registry.
 *
 * @throws {UserError} for a name that is not in the registry
 *
 * @example
 * ```ts
 * import { buildModel, compile } from "@thorax/thorax";
 * const model = compile(buildModel("resnet18", { numClasses: 15 }), { input: [224, 224, 1] });
 * console.assert(model.output[0] === 15);
 * ```
 */
export function buildModel(name: string, options: ModelOptions): Spec {
  if (Object.hasOwn(registry, name)) return registry[name].build(options);
  const names = Object.keys(registry);
  const hint = didYouMean(name, names) || `; the models are ${names.join(", ")}`;
  throw new UserError(`there is no model "${name}"${hint}`);
}
