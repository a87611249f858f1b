import { type Attribute, attribute } from "../ops/native.ts";
import { dataTypes } from "./data_type.ts";

/** tfjs has no bfloat16: it takes such tensors for float32, and asks for ops of that type. */
export function shownType(dtype: number): number {
  return dtype === dataTypes.bfloat16 ? dataTypes.float32 : dtype;
}

/** Attributes that name the type of an op's inputs. */
const inputTypes: ReadonlySet<string> = new Set(["T", "Tparams", "SrcT"]);

/** Ops whose statistics are float32 beside bfloat16 activations, by how many inputs come before them. */
const activations: ReadonlyMap<string, number> = new Map([["FusedBatchNormV3", 1], ["FusedBatchNormGradV3", 2]]);

/** Of a float32 tensor. */
export const toBfloat16 = [attribute.type("SrcT", dataTypes.float32), attribute.type("DstT", dataTypes.bfloat16)];

/**
 * An op as its inputs are in truth: where one is bfloat16, its attributes say so, and the float32 inputs beside it, by their
 * positions, are to be cast to bfloat16 first.
 */
export function realTypes(
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly { readonly dtype: number }[],
): { attributes: readonly Attribute[]; casts: readonly number[] } {
  if (!inputs.some(({ dtype }) => dtype === dataTypes.bfloat16)) return { attributes, casts: [] };
  const typed = inputs.slice(0, activations.get(op));
  return {
    attributes: attributes.map((given) =>
      inputTypes.has(given.name) && given.value === dataTypes.float32 ? { ...given, value: dataTypes.bfloat16 } : given
    ),
    casts: typed.flatMap(({ dtype }, index) => dtype === dataTypes.float32 ? [index] : []),
  };
}
