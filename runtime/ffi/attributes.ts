import { type Attribute, attributeKinds, isNumbers } from "../../ops/native.ts";
import { cString } from "./c_string.ts";
import { dimensions } from "./handles.ts";
import type { TensorFlow } from "./tensorflow.ts";

const encoder = new TextEncoder();

type Target = Deno.PointerObject;
type Bytes = Uint8Array<ArrayBuffer>;

/** Returns the setters of the C API for a node of a graph, or for an eager op. */
function setters({ c, status }: TensorFlow, graph: boolean) {
  return graph
    ? {
      string: c.TF_SetAttrString,
      stringList: c.TF_SetAttrStringList,
      int: c.TF_SetAttrInt,
      intList: c.TF_SetAttrIntList,
      float: c.TF_SetAttrFloat,
      bool: c.TF_SetAttrBool,
      type: c.TF_SetAttrType,
      typeList: c.TF_SetAttrTypeList,
      shape: c.TF_SetAttrShape,
    }
    : {
      string: c.TFE_OpSetAttrString,
      stringList: c.TFE_OpSetAttrStringList,
      int: c.TFE_OpSetAttrInt,
      intList: c.TFE_OpSetAttrIntList,
      float: c.TFE_OpSetAttrFloat,
      bool: c.TFE_OpSetAttrBool,
      type: c.TFE_OpSetAttrType,
      typeList: c.TFE_OpSetAttrTypeList,
      shape: (op: Target, name: Bytes, sizes: BigInt64Array<ArrayBuffer>, rank: number) =>
        c.TFE_OpSetAttrShape(op, name, sizes, rank, status),
    };
}

/**
 * Returns a function that sets attributes of an eager op, or of a node where `graph` is true.
 *
 * @throws {TypeError} (the function) for an unknown kind of attribute
 */
export function attributeSetter(tensorflow: TensorFlow, graph: boolean) {
  const set = setters(tensorflow, graph);
  return (target: Target, attributes: readonly Attribute[]): void => {
    for (const { name: attributeName, type, value } of attributes) {
      const name = cString(attributeName);
      switch (type) {
        case attributeKinds.string: {
          const text = encoder.encode(String(value));
          set.string(target, name, text.length > 0 ? text : new Uint8Array(1), BigInt(text.length));
          break;
        }
        case attributeKinds.strings: {
          const texts = Array.isArray(value) ? value.map((text) => encoder.encode(String(text))) : [];
          const lengths = BigUint64Array.from(texts, ({ length }) => BigInt(length));
          set.stringList(target, name, addressesOf(texts), lengths, texts.length);
          break;
        }
        case attributeKinds.int:
          if (isNumbers(value)) set.intList(target, name, dimensions(value.map(Math.trunc)), value.length);
          else set.int(target, name, BigInt(Math.trunc(Number(value)))); // tfjs passes fractional seeds
          break;
        case attributeKinds.float:
          set.float(target, name, Number(value));
          break;
        case attributeKinds.bool:
          set.bool(target, name, value ? 1 : 0);
          break;
        case attributeKinds.type:
          if (isNumbers(value)) set.typeList(target, name, Int32Array.from(value), value.length);
          else set.type(target, name, Number(value));
          break;
        case attributeKinds.function: {
          const text = encoder.encode(String(value));
          tensorflow.c.TF_SetAttrFuncName(target, name, text, BigInt(text.length)); // only nodes have these
          break;
        }
        case attributeKinds.shape:
          if (isNumbers(value)) set.shape(target, name, dimensions(value), value.length);
          break;
        default:
          throw new TypeError(`attribute ${attributeName} is of an unknown kind, ${type}`);
      }
    }
  };
}

/** Returns the addresses of texts; TensorFlow copies them while the caller still holds them. */
function addressesOf(texts: readonly Bytes[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(texts, (text) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(text)));
}
