import type { Model } from "../../dsl/compile/compile.ts";
import { checkValues, isRunningVariance } from "../parameter_values.ts";
import type { WeightsFile } from "../tensor_source.ts";
import type { ParameterSource } from "./match.ts";

/**
 * Makes the function that reads a parameter by its path from the tensors that hold it: it joins their parts, subtracts a bias
 * that the model does not have, adapts them, and brings them into the layout of Thorax.
 *
 * @throws {UserError} where values are not finite, or a variance is below 0
 * @throws {TypeError} for a path that the model does not have
 */
export function parameterReader(
  file: WeightsFile,
  model: Model,
  sources: ReadonlyMap<string, ParameterSource>,
): (path: string) => Promise<Float32Array<ArrayBuffer>> {
  const variances = new Set(model.parameters.filter(isRunningVariance).map((parameter) => parameter.path));
  return async (path) => {
    const source = sources.get(path);
    if (!source) throw new TypeError(`there is no parameter ${path} in ${file.path}`);
    const parts: Float32Array<ArrayBuffer>[] = [];
    for (const name of source.names) {
      parts.push(checkValues(await file.read(name), { path: file.path, name, isVariance: variances.has(path) }));
    }
    const [first] = parts, values = first && parts.length === 1 ? first : joined(parts);
    if (source.bias !== undefined) {
      const bias = checkValues(await file.read(source.bias), { path: file.path, name: source.bias });
      values.forEach((value, i) => values[i] = value - (bias[i] ?? NaN));
    }
    return source.layout.fromTorch(source.adaptation?.apply(values) ?? values);
  };
}

/** Joins the parts of a parameter, one after the other. */
function joined(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
