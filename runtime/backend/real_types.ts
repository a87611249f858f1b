import { type Attribute, attribute, attributeKinds } from "../../ops/native.ts";
import { dataTypes } from "../ffi/data_type.ts";

const { float32, int32, bfloat16, uint8, int64 } = dataTypes;

/** Types that tfjs does not have, and the one that it takes each for. */
const shown: ReadonlyMap<number, number> = new Map([[bfloat16, float32], [uint8, int32], [int64, int32]]);

/** The type under which tfjs knows such a tensor, and asks for ops of it. */
export function shownType(dtype: number): number {
  return shown.get(dtype) ?? dtype;
}

/** Attributes that name the type of an op's inputs. */
const inputTypes: ReadonlySet<string> = new Set(["T", "Tparams", "SrcT"]);

/** Ops whose statistics are float32 beside bfloat16 activations, by how many inputs come before them. */
const activations: ReadonlyMap<string, number> = new Map([["FusedBatchNormV3", 1], ["FusedBatchNormGradV3", 2]]);

/** The attributes of a Cast. */
export function castTypes(from: number, to: number): Attribute[] {
  return [attribute.type("SrcT", from), attribute.type("DstT", to)];
}

/** An input of an op, by its position, that is cast before the op runs. */
export interface InputCast {
  readonly index: number;
  readonly to: number;
}

/** An op as its inputs are in truth: what its attributes say, and which inputs are to be cast first. */
export interface RealOp {
  readonly attributes: readonly Attribute[];
  readonly casts: readonly InputCast[];
}

/**
 * An op that tfjs asks for, by the real types of its inputs. Where one is bfloat16, so is the op, and the float32 inputs beside
 * it are cast. An input of uint8 or int64 is cast to the int32 that tfjs takes it for, so that a sum of bytes does not wrap at 256,
 * unless the op takes it as it is.
 */
export function realTypes(
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly { readonly dtype: number }[],
): RealOp {
  if (!inputs.some(({ dtype }) => shown.has(dtype))) return { attributes, casts: [] };
  const isBfloat16 = inputs.some(({ dtype }) => dtype === bfloat16);
  const rename = (given: Attribute, from: number, to: number) =>
    inputTypes.has(given.name) && given.value === from ? { ...given, value: to } : given;
  if (op === "Cast") {
    const [{ dtype }] = inputs;
    return { attributes: attributes.map((given) => rename(given, shownType(dtype), dtype)), casts: [] };
  }
  const named = new Set(attributes.flatMap(({ type, value }) => type === attributeKinds.type ? value : []));
  const casts = inputs.flatMap(({ dtype }, index): InputCast[] => {
    if (dtype === float32 && isBfloat16 && index < (activations.get(op) ?? Infinity)) return [{ index, to: bfloat16 }];
    const isWhole = dtype === uint8 || dtype === int64;
    return isWhole && named.has(int32) && !named.has(dtype) ? [{ index, to: int32 }] : [];
  });
  return { attributes: isBfloat16 ? attributes.map((given) => rename(given, float32, bfloat16)) : attributes, casts };
}
