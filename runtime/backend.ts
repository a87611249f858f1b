import type { DataId, DataType, Tensor } from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import type { TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import { type Attribute, attribute, type NativeBackend } from "../ops/native.ts";
import { type Binding, type Value } from "./binding.ts";
import { newVariable, type Variable } from "./variable.ts";

/** tfjs-node's backend over our binding, with what `jit` needs to know of a tensor. */
export class ThoraxBackend extends NodeJSKernelBackend implements NativeBackend {
  readonly engine: Binding;

  constructor(binding: Binding) {
    // its two unused members are classes that only the compiled binding has
    super(binding as Binding & TFJSBinding, "@tensorflow/tfjs-node-gpu");
    this.engine = binding;
  }

  /** The binding's number of a tensor. */
  idOf(tensor: Tensor): number {
    return this["getInputTensorIds"]([tensor])[0];
  }

  /** A tfjs tensor of a value. */
  wrap(value: Exclude<Value, { kind: "donated" }>): Tensor {
    return this["createOutputTensor"](this.engine.describe(value));
  }

  /** The tensor's value as a variable that a call may overwrite. The tensor is to be disposed. */
  donate(tensor: Tensor): Variable {
    const id = this.idOf(tensor);
    const value = this.engine.value(id);
    switch (value.kind) {
      case "handle":
        return newVariable(this.engine.tensorflow, this.engine.context, value.handle);
      case "variable":
        this.engine.markDonated(id);
        return value.variable;
      case "symbolic":
        throw new Error("jit: a tensor of a traced function is passed to another call; return it first");
      case "donated":
        throw new Error("jit: this tensor was donated before; pass what that call returned");
    }
  }

  updateInPlace(
    op: string,
    attributes: Attribute[],
    targets: Tensor[],
    inputs: () => Tensor[],
  ): Tensor[] | undefined {
    const { trace } = this.engine;
    if (!trace) return undefined;
    const slots = targets.map((target) => {
      const symbolic = this.engine.symbolic(this.idOf(target));
      return symbolic.slot?.value === symbolic && !symbolic.slot.update ? symbolic.slot : undefined;
    });
    if (!slots.every((slot) => slot !== undefined)) return undefined;
    const values = inputs().map((input) => this.engine.symbolic(this.idOf(input)));
    return trace.update(op, attributes, slots, values).map((symbolic) => this.wrap({ kind: "symbolic", symbolic }));
  }

  gate(value: Tensor, predicate: Tensor): Tensor {
    if (!this.engine.trace) throw new Error("gate works in a trace only");
    const type = attribute.type("T", this.getDTypeInteger(value.dtype));
    return this.executeMultipleOutputs("Switch", [type], [value, predicate], 2)[1];
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    if (this.engine.trace) refuseRandomness();
    return super.write(values, shape, dtype);
  }
}

const randomOps = /\b(dropout|random(?:Normal|Uniform|UniformInt|Gamma|StandardNormal)|truncatedNormal|multinomial)_/;

/** tfjs draws random numbers in JavaScript: in a trace they would be constants, the same in every call. */
function refuseRandomness(): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const [, op] = randomOps.exec(new Error().stack ?? "") ?? [];
  Error.stackTraceLimit = limit;
  if (op) {
    throw new Error(
      `jit: tf.${op} in a traced function would give the same numbers in every call; ` +
        "pass a seed and use dropout or statelessUniform of ops/dropout.ts",
    );
  }
}
