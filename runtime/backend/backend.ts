import * as tf from "@tensorflow/tfjs-core";
import type { backend_util, DataId, DataType, Tensor } from "@tensorflow/tfjs-core";
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import type { TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import type { Attribute, NativeBackend } from "../../ops/native.ts";
import { toFloat32 } from "../../ops/precision.ts";
import type { Binding } from "./binding.ts";
import { dataTypes } from "../ffi/data_type.ts";
import type { SymbolicTensor } from "../trace/graph.ts";
import { newFilledHandle, toDevice } from "../ffi/handles.ts";
import { refuseRandomness } from "../trace/refusal.ts";
import { type GraphVariable, Trace } from "../trace/trace.ts";
import type { Value } from "./value.ts";
import { newVariable, type Variable } from "./variable.ts";
import { Views } from "./views.ts";

/** The number of functions so far: names are unique in a context. */
let functions = 0;

/** tfjs-node's backend over our binding, and what `jit` needs to know about a tensor. */
export class ThoraxBackend extends NodeJSKernelBackend implements NativeBackend {
  readonly engine: Binding;
  readonly #views = new Views();

  constructor(binding: Binding) {
    // its two unused members are classes that only the compiled binding has
    super(binding as Binding & TFJSBinding, "@tensorflow/tfjs-node-gpu");
    this.engine = binding;
  }

  /** Returns the binding's id of a tensor. */
  idOf(tensor: Tensor): number {
    return this["getInputTensorIds"]([tensor])[0];
  }

  /** Returns TensorFlow's number for a tensor's element type, which tfjs may not have (see element_types.ts). */
  typeOf(tensor: Tensor): number {
    return this.engine.typeOf(this.idOf(tensor));
  }

  isBfloat16(tensor: Tensor): boolean {
    return this.typeOf(tensor) === dataTypes.bfloat16;
  }

  isFrozen(tensor: Tensor): boolean {
    return this.engine.trace?.frozen === true && this.kindOf(tensor) === "handle";
  }

  /** Returns the kind of value behind a tensor. */
  kindOf(tensor: Tensor): Value["kind"] {
    return this.engine.value(this.idOf(tensor)).kind;
  }

  /** Makes a tfjs tensor of a value, on this backend, even if another one is current by now. */
  wrap(value: Exclude<Value, { kind: "donated" }>): Tensor {
    const tensor = this["createOutputTensor"](this.engine.describe(value));
    const info = tf.engine().state.tensorInfo.get(tensor.dataId);
    if (info) info.backend = this;
    return tensor;
  }

  /**
   * Makes the tensor's value a variable that a call may overwrite. The caller disposes the tensor.
   *
   * @throws {Error} for a tensor of a trace, and for one that was donated before
   */
  donate(tensor: Tensor): Variable {
    const id = this.idOf(tensor);
    const value = this.engine.value(id);
    switch (value.kind) {
      case "handle":
        return newVariable(this.engine.tensorflow, this.engine.context, value.handle);
      case "variable":
        this.engine.replace(id, { kind: "donated" }); // a clone throws when it is read
        return value.variable;
      default:
        throw new Error(`a ${value.kind} tensor cannot be donated`);
    }
  }

  /** Returns the resource behind a `tf.Variable`. A variable that a call overwrites gets its own: clones keep their value. */
  resourceOf(variable: tf.Variable, isOverwritten: boolean): Variable {
    const { tensorflow, context } = this.engine;
    const value = this.engine.value(this.idOf(variable));
    if (value.kind === "variable" && !(isOverwritten && this.refCount(variable.dataId) > 1)) return value.variable;
    const resource = this.engine.borrow(this.idOf(variable), (handle) => newVariable(tensorflow, context, handle));
    const owner = this.wrap({ kind: "variable", variable: resource });
    const engine = tf.engine(), inUse = engine["backendInstance"];
    engine["backendInstance"] = this; // it counts the variable's references; another backend may be current by now
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
    return this.wrap({
      kind: "handle",
      handle: toDevice(tensorflow, context, newFilledHandle(tensorflow, shape, fill)),
    });
  }

  updateInPlace(
    op: string,
    attributes: Attribute[],
    targets: Tensor[],
    inputs: () => Tensor[],
    when?: Tensor,
  ): Tensor[] | undefined {
    const { trace } = this.engine;
    const variables = this.#donatedVariablesOf(targets);
    if (!trace || trace.xla || !variables) return undefined;
    const values = inputs().map((input) => this.#symbolicOf(input));
    return this.#wrapAll(trace.update(op, attributes, variables, values, when && this.#symbolicOf(when)));
  }

  updateCompiled(
    targets: Tensor[],
    inputs: Tensor[],
    update: (targets: Tensor[], inputs: Tensor[]) => Tensor[],
    when: Tensor,
  ): Tensor[] | undefined {
    const { engine } = this, { trace } = engine;
    const variables = this.#donatedVariablesOf(targets);
    if (!trace || trace.xla || !variables) return undefined;
    const values = inputs.map((input) => this.#symbolicOf(input)), predicate = this.#symbolicOf(when);
    using body = new Trace(engine.tensorflow, trace.label, { constantSize: Infinity }); // it takes its inputs from here alone
    const inner = variables.map(({ value: { dtype, shape } }) => body.variable(dtype, shape));
    const placeholders = values.map(({ dtype, shape }) => body.placeholder(dtype, shape));
    this.#inside(body, () => {
      const next = update(this.#wrapAll(inner.map(({ value }) => value)), this.#wrapAll(placeholders));
      inner.forEach((variable, index) => body.assign(variable, this.#symbolicOf(next[index])));
    });
    const bodyInputs = [...inner.map(({ resource }) => resource), ...placeholders];
    const call = { trace: body, name: this.#newName("update"), inputs: bodyInputs };
    return this.#wrapAll(trace.updateCompiled(engine.context, call, variables, values, predicate));
  }

  fuse(name: string, inputs: Tensor[], fn: (...inputs: Tensor[]) => Tensor[]): Tensor[] | undefined {
    const { engine } = this, { trace } = engine;
    if (!trace || trace.constantSize === Infinity || engine.context.gpu) return undefined;
    const values = inputs.map((input) => this.#symbolicOf(input));
    const signature = [name, ...values.map(({ dtype, shape }) => `${dtype}[${shape}]`)].join(" ");
    const results = trace.callCompiled(engine.context, signature, values, () => {
      const body = new Trace(engine.tensorflow, trace.label, { constantSize: Infinity });
      const placeholders = values.map(({ dtype, shape }) => body.placeholder(dtype, shape));
      const outputs: SymbolicTensor[] = [];
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

  /** Counts the tensors with memory of their own. */
  override numDataIds(): number {
    return super.numDataIds() - this.#views.count((dataId) => this.refCount(dataId) > 0);
  }

  /** Runs a function whose ops become nodes of another graph. */
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

  /** Returns the donated arguments whose values the targets are; undefined if one was overwritten or is none. */
  #donatedVariablesOf(targets: readonly Tensor[]): GraphVariable[] | undefined {
    const { trace } = this.engine;
    if (!trace) return undefined;
    const variables = targets.map((target) => {
      const variable = trace.donatedVariableOf(this.#symbolicOf(target));
      return variable?.update ? undefined : variable;
    });
    return variables.every((variable) => variable !== undefined) ? variables : undefined;
  }

  #symbolicOf(tensor: Tensor): SymbolicTensor {
    return this.engine.symbolic(this.idOf(tensor));
  }

  #wrapAll(symbolics: readonly SymbolicTensor[]): Tensor[] {
    return symbolics.map((symbolic) => this.wrap({ kind: "symbolic", symbolic }));
  }

  /** Reads asynchronously. In a trace the error is reported when the function returns, because nobody may await the promise. */
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
    trace.literals.add(this["getInputTensorIds"]([{ dataId } as Tensor])[0]);
    return dataId;
  }
}
