import { attribute } from "../../ops/native.ts";
import { attributeSetter } from "./attributes.ts";
import { cString } from "./c_string.ts";
import type { Context } from "./context.ts";
import { dataTypes } from "./data_type.ts";
import { dimensions, type Handle, newOp, withTensor } from "./handles.ts";
import { nonNull, type TensorFlow } from "./tensorflow.ts";

/** sizeof(TF_TString), the element of a tensor of strings (tensorflow/core/platform/ctstring_internal.h). */
const elementBytes = 24;

/** Strings as tfjs holds them: UTF-8, or any other bytes. */
export type Strings = readonly Uint8Array[];

/** Makes a handle with a copy of the strings. */
export function newStrings(tensorflow: TensorFlow, context: Context, shape: number[], values: Strings): Handle {
  const { c, status, check } = tensorflow;
  const bytes = BigInt(elementBytes * values.length);
  const tensor = nonNull(c.TF_AllocateTensor(dataTypes.string, dimensions(shape), shape.length, bytes), "tensor");
  using stack = new DisposableStack();
  stack.adopt(tensor, c.TF_DeleteTensor);
  elementsOf(tensorflow, tensor, values.length).forEach((element, i) => {
    c.TF_StringInit(element);
    c.TF_StringCopy(element, values[i].slice(), BigInt(values[i].length));
  });
  const pointer = c.TFE_NewTensorHandle(tensor, status);
  check("make a tensor");
  const given = stack.adopt(nonNull(pointer, "tensor handle"), c.TFE_DeleteTensorHandle);
  return copy(tensorflow, context, given);
}

/** Copies strings by an op. TensorFlow frees strings that were passed in only if their C tensor outlives every handle. */
function copy(tensorflow: TensorFlow, context: Context, strings: Deno.PointerObject): Handle {
  using join = newOp(tensorflow, context, cString("StringJoin"), "StringJoin");
  attributeSetter(tensorflow, false)(join.pointer, [attribute.int("N", 1), attribute.string("separator", "")]);
  join.addInput(strings);
  return join.run(1)[0];
}

/** Copies a handle's strings. */
export function readStrings(tensorflow: TensorFlow, handle: Handle): Uint8Array[] {
  const { c } = tensorflow;
  return withTensor(tensorflow, handle, (tensor) => {
    const count = Number(c.TF_TensorByteSize(tensor)) / elementBytes;
    return elementsOf(tensorflow, tensor, count).map((element) => {
      const size = Number(c.TF_StringGetSize(element)), data = c.TF_StringGetDataPointer(element);
      return size === 0 || data === null
        ? new Uint8Array()
        : new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(data, size).slice(0));
    });
  });
}

/** Returns the addresses of a tensor's strings. */
function elementsOf({ c }: TensorFlow, tensor: Deno.PointerObject, count: number): Deno.PointerObject[] {
  if (count === 0) return [];
  const data = nonNull(c.TF_TensorData(tensor), "tensor data");
  return Array.from(
    { length: count },
    (_, i) => nonNull(Deno.UnsafePointer.offset(data, i * elementBytes), "string"),
  );
}
