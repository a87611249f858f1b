import { type Attribute, attribute, attributeKinds } from "../../ops/native.ts";
import { dataTypes } from "../ffi/data_type.ts";

const { float32, int32, bfloat16, uint8, int64 } = dataTypes;

/** Types that tfjs does not have, and the type that tfjs sees in place of each. */
const tfjsTypes: ReadonlyMap<number, number> = new Map([[bfloat16, float32], [uint8, int32], [int64, int32]]);

/** Returns the type that tfjs sees for an element type of TensorFlow. */
export function tfjsType(dtype: number): number {
  return tfjsTypes.get(dtype) ?? dtype;
}

/** Attributes that name the type of an op's inputs. */
const inputTypes: ReadonlySet<string> = new Set(["T", "Tparams", "SrcT"]);

/** Ops with float32 statistics beside bfloat16 activations, and the number of inputs before the statistics. */
const activations: ReadonlyMap<string, number> = new Map([["FusedBatchNormV3", 1], ["FusedBatchNormGradV3", 2]]);

/** Returns the attributes of a Cast. */
export function castTypes(from: number, to: number): Attribute[] {
  return [attribute.type("SrcT", from), attribute.type("DstT", to)];
}

/** An input that is cast before the op runs, by its position. */
export interface InputCast {
  readonly index: number;
  readonly to: number;
}

/** The attributes of an op by the real types of its inputs, and the inputs to cast first. */
export interface ResolvedOp {
  readonly attributes: readonly Attribute[];
  readonly casts: readonly InputCast[];
}

/**
 * Resolves the types of an op that tfjs runs, by the real types of its inputs. If one input is bfloat16, the op is bfloat16 too,
 * and the float32 inputs beside it are cast. An input of uint8 or int64 is cast to int32, as which tfjs sees it, so that a sum of
 * bytes does not wrap at 256; an op that names the input's own type takes it as it is.
 */
export function resolveTypes(
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly { readonly dtype: number }[],
): ResolvedOp {
  if (!inputs.some(({ dtype }) => tfjsTypes.has(dtype))) return { attributes, casts: [] };
  const isBfloat16 = inputs.some(({ dtype }) => dtype === bfloat16);
  const rename = (given: Attribute, from: number, to: number) =>
    inputTypes.has(given.name) && given.value === from ? { ...given, value: to } : given;
  if (op === "Cast") {
    const [{ dtype }] = inputs;
    return { attributes: attributes.map((given) => rename(given, tfjsType(dtype), dtype)), casts: [] };
  }
  const named = new Set(attributes.flatMap(({ type, value }) => type === attributeKinds.type ? value : []));
  const casts = inputs.flatMap(({ dtype }, index): InputCast[] => {
    if (dtype === float32 && isBfloat16 && index < (activations.get(op) ?? Infinity)) return [{ index, to: bfloat16 }];
    const isWhole = dtype === uint8 || dtype === int64;
    return isWhole && named.has(int32) && !named.has(dtype) ? [{ index, to: int32 }] : [];
  });
  return { attributes: isBfloat16 ? attributes.map((given) => rename(given, float32, bfloat16)) : attributes, casts };
}
