import { attribute, attributeKinds } from "../../ops/native.ts";
import { attributeSetter } from "../ffi/attributes.ts";
import { cString } from "../ffi/c_string.ts";
import type { Context } from "../ffi/context.ts";
import { dataTypes } from "../ffi/data_type.ts";
import { type Handle, newOp } from "../ffi/handles.ts";
import type { TensorFlow } from "../ffi/tensorflow.ts";

/** A resource variable, which graph functions overwrite in place. It lives as long as its resource handle. */
export interface Variable {
  readonly resource: Handle;
  readonly shape: number[];
  readonly dtype: number;
}

/** TensorFlow's name for variables without one (ResourceHandle::ANONYMOUS_NAME): the last handle frees them. */
const anonymous = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

/** Makes a variable with the value of a handle. They share the memory until one of them is overwritten. */
export function newVariable(tensorflow: TensorFlow, context: Context, { shape, dtype, pointer }: Handle): Variable {
  const set = attributeSetter(tensorflow, false);
  using make = newOp(tensorflow, context, cString("VarHandleOp"), "VarHandleOp");
  set(make.pointer, [
    attribute.type("dtype", dtype),
    { name: "shape", type: attributeKinds.shape, value: shape },
    attribute.string("shared_name", anonymous),
    attribute.string("container", ""),
  ]);
  const [resource] = make.run(1);
  using assign = newOp(tensorflow, context, cString("AssignVariableOp"), "AssignVariableOp");
  set(assign.pointer, [attribute.type("dtype", dtype)]);
  assign.addInput(resource.pointer);
  assign.addInput(pointer);
  assign.run(0);
  return { resource: { ...resource, dtype: dataTypes.resource }, shape, dtype };
}

/** Returns a handle of the variable's current value, which the caller releases. */
export function readVariable(tensorflow: TensorFlow, context: Context, { resource, dtype }: Variable): Handle {
  using read = newOp(tensorflow, context, cString("ReadVariableOp"), "ReadVariableOp");
  attributeSetter(tensorflow, false)(read.pointer, [attribute.type("dtype", dtype)]);
  read.addInput(resource.pointer);
  return read.run(1)[0];
}
