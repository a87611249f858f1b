/** First weights, constants and rates beside the libraries' own: `testing/make_first_weights.py` wrote them. */
import "../tests/cpu.ts";
import { assert, assertEquals } from "@std/assert";
import { compile, firstValue, type Model, type Parameter } from "../dsl/compile/compile.ts";
import { leaves } from "../dsl/compile/tree.ts";
import { sizeOf } from "../dsl/shape.ts";
import { keyMapOf } from "../weights/matching/key_map.ts";
import type { Library } from "../weights/names/naming.ts";
import { buildModel, registry } from "./registry.ts";
import published from "./testing/first_weights.json" with { type: "json" };

interface FirstWeights {
  /** The mean and the standard deviation of a tensor. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
  /** ε and momentum. */
  readonly batchNorm: readonly (readonly number[])[];
  readonly layerNorm: readonly number[];
  readonly dropout: readonly number[];
  readonly stochasticDepth: readonly number[];
}

const tables: readonly (readonly [Library, Readonly<Record<string, FirstWeights>>])[] = [
  ["torchvision", published.torchvision],
  ["timm", published.timm],
];

/** The parameter that a library's tensor is. */
function parameterOf(model: Model, name: string, library: Library, tensor: string): Parameter {
  const { entries } = keyMapOf({ model, name, weightNames: registry[name].weightNames }, library);
  const [path] = [...entries].find(([, { names }]) => names[0] === tensor) ?? [];
  const parameter = model.parameters.find((parameter) => parameter.path === path);
  if (!parameter) throw new Error(`${name} has no ${tensor}`);
  return parameter;
}

/** The first values of a parameter, at most 2^16 of them. */
function firstValues(parameter: Parameter): Float32Array {
  const tensor = firstValue({ ...parameter, shape: [Math.min(sizeOf(parameter.shape), 2 ** 16)] }, 1);
  const values = tensor.dataSync<"float32">();
  tensor.dispose();
  return values;
}

function moments(values: Float32Array): { readonly mean: number; readonly std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

/** The values of a field in all layers of a type, as far as they are numbers above 0. */
const fieldsOf = ({ tree }: Model, type: string, field: string): number[] =>
  leaves(tree).flatMap(({ spec }) => {
    const value = spec.type === type ? Reflect.get(spec, field) : undefined;
    return typeof value === "number" && value > 0 ? [value] : [];
  });

const unique = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);

for (const [library, models] of tables) {
  for (const [name, expected] of Object.entries(models)) {
    const { inputSize: side } = registry[name];
    const model = compile(buildModel(name, { numClasses: 1000 }), { input: [side, side, 3] });

    Deno.test(`${name}: first weights are drawn as ${library} draws them`, () => {
      for (const [tensor, [mean, std]] of Object.entries(expected.weights)) {
        const values = firstValues(parameterOf(model, name, library, tensor));
        const found = moments(values), bound = 5 / Math.sqrt(values.length);
        assert(std === 0 ? found.std < 1e-9 : Math.abs(found.std / std - 1) < bound, `${tensor}: ${found.std}, ${std}`);
        assert(Math.abs(found.mean - mean) <= Math.SQRT2 * bound * std + 1e-9, `${tensor}: ${found.mean}, ${mean}`);
      }
    });

    Deno.test(`${name}: epsilons, momenta and rates are ${library}'s`, () => {
      assertEquals(unique(fieldsOf(model, "batchNorm", "epsilon")), expected.batchNorm.map(([epsilon]) => epsilon));
      assertEquals(
        unique(fieldsOf(model, "batchNorm", "momentum")),
        expected.batchNorm.map(([, momentum]) => momentum),
      );
      assertEquals(unique(fieldsOf(model, "layerNorm", "epsilon")), expected.layerNorm);
      assertEquals(fieldsOf(model, "dropout", "rate"), expected.dropout);
      const depths = fieldsOf(model, "stochasticDepth", "rate");
      assertEquals(depths.map((rate) => +rate.toPrecision(6)), expected.stochasticDepth); // each block's above the last one's
    });
  }
}
