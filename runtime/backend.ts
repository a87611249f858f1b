import { type backend_util, type DataId, type DataType, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import type { TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import type { Attribute, NativeBackend } from "../ops/native.ts";
import type { Binding, Value } from "./binding.ts";
import { callers } from "./callers.ts";
import { type Slot, type Symbolic, Trace } from "./trace.ts";
import { newVariable, type Variable } from "./variable.ts";

/** Names of functions are unique in a context. */
let updates = 0;

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

  /** What is behind a tensor. */
  kindOf(tensor: Tensor): Value["kind"] {
    return this.engine.value(this.idOf(tensor)).kind;
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
      case "donated":
        throw new Error(`a ${value.kind} tensor cannot be donated`);
    }
  }

  updateInPlace(
    op: string,
    attributes: Attribute[],
    targets: Tensor[],
    inputs: () => Tensor[],
    when?: Tensor,
  ): Tensor[] | undefined {
    const { trace } = this.engine;
    const slots = this.#slotsOf(targets);
    if (!trace || !slots) return undefined;
    const values = inputs().map((input) => this.#symbolicOf(input));
    return this.#wrapAll(trace.update(op, attributes, slots, values, when && this.#symbolicOf(when)));
  }

  updateCompiled(
    targets: Tensor[],
    inputs: Tensor[],
    update: (targets: Tensor[], inputs: Tensor[]) => void,
    when: Tensor,
  ): Tensor[] | undefined {
    const { engine } = this, { trace } = engine;
    const slots = this.#slotsOf(targets);
    if (!trace || !slots) return undefined;
    const values = inputs.map((input) => this.#symbolicOf(input)), predicate = this.#symbolicOf(when);
    using body = new Trace(engine.tensorflow, trace.label);
    const inner = slots.map(({ value: { dtype, shape } }) => body.slot(dtype, shape));
    const placeholders = values.map(({ dtype, shape }) => body.placeholder(dtype, shape));
    engine.trace = body;
    try {
      tidy(() => update(this.#wrapAll(inner.map(({ value }) => value)), this.#wrapAll(placeholders)));
    } finally {
      engine.trace = trace;
    }
    const name = `${trace.label.replace(/\W/g, "_")}_update_${updates++}`;
    const bodyInputs = [...inner.map(({ resource }) => resource), ...placeholders];
    const call = { trace: body, name, inputs: bodyInputs };
    return this.#wrapAll(trace.updateCompiled(engine.context, call, slots, values, predicate));
  }

  factorsOf(product: Tensor): [Tensor, Tensor] | undefined {
    const factors = this.engine.trace && this.#symbolicOf(product).factors;
    if (!factors) return undefined;
    const [a, b] = this.#wrapAll(factors);
    return [a, b];
  }

  /** The donated arguments that tensors are still the values of; undefined where one is not. */
  #slotsOf(targets: readonly Tensor[]): Slot[] | undefined {
    if (!this.engine.trace) return undefined;
    const slots = targets.map((target) => {
      const symbolic = this.#symbolicOf(target);
      return symbolic.slot?.value === symbolic && !symbolic.slot.update ? symbolic.slot : undefined;
    });
    return slots.every((slot) => slot !== undefined) ? slots : undefined;
  }

  #symbolicOf(tensor: Tensor): Symbolic {
    return this.engine.symbolic(this.idOf(tensor));
  }

  #wrapAll(symbolics: readonly Symbolic[]): Tensor[] {
    return symbolics.map((symbolic) => this.wrap({ kind: "symbolic", symbolic }));
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    if (this.engine.trace) refuseRandomness(this.engine.trace.label);
    return super.write(values, shape, dtype);
  }
}

const randomOps = /\b(dropout|rand(?:om(?:Normal|Uniform|UniformInt|Gamma|StandardNormal))?|truncatedNormal)_ /g;

/** tfjs draws random numbers in JavaScript: in a trace they would be constants, the same in every call. */
function refuseRandomness(label: string): void {
  const op = [...callers().matchAll(randomOps)].at(-1)?.[1];
  if (op) {
    throw new Error(
      `jit: ${label}: tf.${op} in a traced function would give the same numbers in every call; ` +
        "pass a seed and use dropout or statelessUniform of ops/dropout.ts",
    );
  }
}
