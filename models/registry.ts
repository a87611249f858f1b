import type { Spec } from "../dsl/spec.ts";
import { didYouMean, UserError } from "../errors.ts";
import { alexnets } from "./alexnet.ts";
import type { Builder, Family, ModelOptions, Paper } from "./builder.ts";
import { convnexts } from "./convnext.ts";
import { densenets } from "./densenet.ts";
import { efficientnets } from "./efficientnet.ts";
import { mobilenets } from "./mobilenet_v3.ts";
import { resnets } from "./resnet.ts";
import { vggs } from "./vgg.ts";
import { vits } from "./vit.ts";

const families: readonly Family[] = [alexnets, vggs, resnets, densenets, mobilenets, efficientnets, convnexts, vits];

/** A model of the registry. */
export interface Entry {
  readonly build: Builder;
  readonly paper: Paper;
}

/** Every model by name, as `--model` takes it. */
export const registry: Readonly<Record<string, Entry>> = Object.freeze(Object.fromEntries(
  families.flatMap(({ paper, models }) => Object.entries(models).map(([name, build]) => [name, { build, paper }])),
));

/**
 * The spec of a model.
 *
 * @throws {UserError} for a name that is not in the registry
 *
 * @example
 * ```ts
 * import { compile } from "../dsl/compile/compile.ts";
 * import { buildModel } from "./registry.ts";
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
