import * as tf from "@tensorflow/tfjs-core";
import type { backend_util, DataId, DataType, Tensor } from "@tensorflow/tfjs-core";
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import type { TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import type { Attribute, NativeBackend } from "../../ops/native.ts";
import { toFloat32 } from "../../ops/precision.ts";
import type { Binding } from "./binding.ts";
import { dataTypes } from "../ffi/data_type.ts";
import type { Symbolic } from "../trace/graph.ts";
import { newFilled, placed } from "../ffi/handles.ts";
import { refuseRandomness } from "../trace/refusal.ts";
import { type Slot, Trace } from "../trace/trace.ts";
import type { Value } from "./value.ts";
import { newVariable, type Variable } from "./variable.ts";
import { Views } from "./views.ts";

/** Names of functions are unique in a context. */
let functions = 0;

/** tfjs-node's backend over our binding, with what `jit` needs to know of a tensor. */
export class ThoraxBackend extends NodeJSKernelBackend implements NativeBackend {
  readonly engine: Binding;
  readonly #views = new Views();

  constructor(binding: Binding) {
    // its two unused members are classes that only the compiled binding has
    super(binding as Binding & TFJSBinding, "@tensorflow/tfjs-node-gpu");
    this.engine = binding;
  }

  /** The binding's number of a tensor. */
  idOf(tensor: Tensor): number {
    return this["getInputTensorIds"]([tensor])[0];
  }

  /** TensorFlow's number for the type of a tensor's elements, which tfjs may not know (see real_types.ts). */
  typeOf(tensor: Tensor): number {
    return this.engine.typeOf(this.idOf(tensor));
  }

  isBfloat16(tensor: Tensor): boolean {
    return this.typeOf(tensor) === dataTypes.bfloat16;
  }

  isFrozen(tensor: Tensor): boolean {
    return this.engine.trace?.frozen === true && this.kindOf(tensor) === "handle";
  }

  /** What is behind a tensor. */
  kindOf(tensor: Tensor): Value["kind"] {
    return this.engine.value(this.idOf(tensor)).kind;
  }

  /** A tfjs tensor of a value, on this backend also where another one is in use by now. */
  wrap(value: Exclude<Value, { kind: "donated" }>): Tensor {
    const tensor = this["createOutputTensor"](this.engine.describe(value));
    const info = tf.engine().state.tensorInfo.get(tensor.dataId);
    if (info) info.backend = this;
    return tensor;
  }

  /** The tensor's value as a variable that a call may overwrite. The tensor is to be disposed. */
  donate(tensor: Tensor): Variable {
    const id = this.idOf(tensor);
    const value = this.engine.value(id);
    switch (value.kind) {
      case "handle":
        return newVariable(this.engine.tensorflow, this.engine.context, value.handle);
      case "variable":
        this.engine.replace(id, { kind: "donated" }); // what still names it throws when it is read
        return value.variable;
      default:
        throw new Error(`a ${value.kind} tensor cannot be donated`);
    }
  }

  /**
   * The resource behind a tf.Variable. One that is to be overwritten has it for itself: clones keep the value of now.
   */
  resourceOf(variable: tf.Variable, isOverwritten: boolean): Variable {
    const { tensorflow, context } = this.engine;
    const value = this.engine.value(this.idOf(variable));
    if (value.kind === "variable" && !(isOverwritten && this.refCount(variable.dataId) > 1)) return value.variable;
    const resource = this.engine.borrow(this.idOf(variable), (handle) => newVariable(tensorflow, context, handle));
    const owner = this.wrap({ kind: "variable", variable: resource });
    const engine = tf.engine(), inUse = engine["backendInstance"];
    engine["backendInstance"] = this; // which counts the variable's references: another one may be in use by now
    try {
      variable.assign(owner);
    } finally {
      engine["backendInstance"] = inUse;
    }
    owner.dispose();
    return resource;
  }

  filled(shape: readonly number[], fill: (values: Float32Array) => void): Tensor {
    if (this.engine.trace) refuseRandomness(this.engine.trace.label);
    const { tensorflow, context } = this.engine;
    return this.wrap({ kind: "handle", handle: placed(tensorflow, context, newFilled(tensorflow, shape, fill)) });
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
    if (!trace || trace.whole || !slots) return undefined;
    const values = inputs().map((input) => this.#symbolicOf(input));
    return this.#wrapAll(trace.update(op, attributes, slots, values, when && this.#symbolicOf(when)));
  }

  updateCompiled(
    targets: Tensor[],
    inputs: Tensor[],
    update: (targets: Tensor[], inputs: Tensor[]) => Tensor[],
    when: Tensor,
  ): Tensor[] | undefined {
    const { engine } = this, { trace } = engine;
    const slots = this.#slotsOf(targets);
    if (!trace || trace.whole || !slots) return undefined;
    const values = inputs.map((input) => this.#symbolicOf(input)), predicate = this.#symbolicOf(when);
    using body = new Trace(engine.tensorflow, trace.label, { constantSize: Infinity }); // its inputs are those given here
    const inner = slots.map(({ value: { dtype, shape } }) => body.variable(dtype, shape));
    const placeholders = values.map(({ dtype, shape }) => body.placeholder(dtype, shape));
    this.#inside(body, () => {
      const next = update(this.#wrapAll(inner.map(({ value }) => value)), this.#wrapAll(placeholders));
      inner.forEach((slot, index) => body.assign(slot, this.#symbolicOf(next[index])));
    });
    const bodyInputs = [...inner.map(({ resource }) => resource), ...placeholders];
    const call = { trace: body, name: this.#newName("update"), inputs: bodyInputs };
    return this.#wrapAll(trace.updateCompiled(engine.context, call, slots, values, predicate));
  }

  fuse(name: string, inputs: Tensor[], fn: (...inputs: Tensor[]) => Tensor[]): Tensor[] | undefined {
    const { engine } = this, { trace } = engine;
    if (!trace || trace.constantSize === Infinity || engine.context.gpu) return undefined;
    const values = inputs.map((input) => this.#symbolicOf(input));
    const signature = [name, ...values.map(({ dtype, shape }) => `${dtype}[${shape}]`)].join(" ");
    const results = trace.callCompiled(engine.context, signature, values, () => {
      const body = new Trace(engine.tensorflow, trace.label, { constantSize: Infinity });
      const placeholders = values.map(({ dtype, shape }) => body.placeholder(dtype, shape));
      const outputs: Symbolic[] = [];
      this.#inside(body, () => {
        for (const result of fn(...this.#wrapAll(placeholders))) outputs.push(body.identity(this.#symbolicOf(result)));
      });
      return { trace: body, name: this.#newName("fused"), inputs: placeholders, outputs };
    });
    return this.#wrapAll(results);
  }

  factorsOf(product: Tensor): [Tensor, Tensor] | undefined {
    const factors = this.engine.trace && this.#symbolicOf(product).factors;
    if (!factors) return undefined;
    const [a, b] = this.#wrapAll(factors).map(toFloat32);
    return [a, b];
  }

  withControlDependency(x: Tensor, dependency: Tensor): Tensor {
    const { trace } = this.engine;
    if (!trace) return x.clone();
    const symbolic = trace.identity(this.#symbolicOf(x), [this.#symbolicOf(dependency).operation]);
    return this.wrap({ kind: "symbolic", symbolic });
  }

  countAsOne(of: Tensor, view: Tensor): void {
    this.#views.add(of.dataId, view.dataId);
  }

  /** How many tensors have memory of their own. */
  override numDataIds(): number {
    return super.numDataIds() - this.#views.count((dataId) => this.refCount(dataId) > 0);
  }

  /** Runs a function whose ops are nodes of another graph meanwhile. */
  #inside(body: Trace, run: () => void): void {
    const { engine } = this, { trace } = engine;
    engine.trace = body;
    try {
      tf.tidy(run);
    } finally {
      engine.trace = trace;
    }
  }

  #newName(purpose: string): string {
    return `${this.engine.trace?.label.replace(/\W/g, "_")}_${purpose}_${functions++}`;
  }

  /** The donated arguments that tensors are still the values of; undefined where one is not. */
  #slotsOf(targets: readonly Tensor[]): Slot[] | undefined {
    const { trace } = this.engine;
    if (!trace) return undefined;
    const slots = targets.map((target) => {
      const slot = trace.slotOf(this.#symbolicOf(target));
      return slot?.update ? undefined : slot;
    });
    return slots.every((slot) => slot !== undefined) ? slots : undefined;
  }

  #symbolicOf(tensor: Tensor): Symbolic {
    return this.engine.symbolic(this.idOf(tensor));
  }

  #wrapAll(symbolics: readonly Symbolic[]): Tensor[] {
    return symbolics.map((symbolic) => this.wrap({ kind: "symbolic", symbolic }));
  }

  /** An asynchronous read in a trace is told when the function returns: nobody may wait for its promise. */
  override read(dataId: DataId): Promise<backend_util.BackendValues> {
    const { trace } = this.engine;
    try {
      return Promise.resolve(this.readSync(dataId));
    } catch (error) {
      if (!trace) return Promise.reject(error);
      trace.refusal ??= error;
      return new Promise(() => {});
    }
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const { trace } = this.engine;
    if (!trace) return super.write(values, shape, dtype);
    refuseRandomness(trace.label);
    const dataId = super.write(values, shape, dtype);
    trace.own.add(this["getInputTensorIds"]([{ dataId } as Tensor])[0]);
    return dataId;
  }
}
