import { type Attribute, attribute, attributeKinds } from "../../ops/native.ts";
import { cString } from "../ffi/c_string.ts";
import type { Context } from "../ffi/context.ts";
import { dataTypes } from "../ffi/data_type.ts";
import { copyHandle, type Handle } from "../ffi/handles.ts";
import type { TensorFlow } from "../ffi/tensorflow.ts";
import { Graph, type SymbolicTensor } from "./graph.ts";

/** A resource variable in the graph of a trace, which the graph may overwrite. */
export interface GraphVariable {
  readonly resource: SymbolicTensor;
  /** Its value when the function is called. */
  readonly value: SymbolicTensor;
  /** The node that overwrites it, and its value from then on. */
  update?: { readonly operation: Deno.PointerObject; readonly value: SymbolicTensor };
}

/** A tensor that the function uses and that is neither an argument nor a variable. */
export interface CapturedConstant {
  /** A handle of our own: the caller may dispose the tensor meanwhile. */
  readonly handle: Handle;
  readonly symbolic: SymbolicTensor;
  /** Whether the graph takes it as an input, because it is too large for a constant node. */
  readonly isInput: boolean;
  /** Whether the function made it from JavaScript values. */
  readonly isLiteral: boolean;
}

/** The graph of a function that another graph calls. */
interface FunctionBody {
  readonly trace: Trace;
  readonly name: string;
  readonly inputs: readonly SymbolicTensor[];
}

interface FusedBody extends FunctionBody {
  readonly outputs: readonly SymbolicTensor[];
}

/** The attributes of a call of a function that XLA compiles, and the shapes of its results. */
interface XlaCall {
  readonly attributes: readonly Attribute[];
  readonly shapes: readonly (readonly number[])[];
}

/** Control inputs: one for ops that run where a predicate fails, one for ops that run where it holds. */
interface Branches {
  readonly fails: SymbolicTensor;
  readonly holds: SymbolicTensor;
}

const boolean = attribute.type("T", dataTypes.bool);

/** The graph of a function that is being traced. {@linkcode Trace.finish} makes it a function that the context can call. */
export class Trace extends Graph {
  readonly #donatedVariables = new Map<SymbolicTensor, GraphVariable>();
  readonly #capturedConstants = new Map<number, CapturedConstant>();
  readonly #branchesOf = new Map<SymbolicTensor, Branches>();
  readonly #xlaCalls = new Map<string, XlaCall>();
  readonly #effects: Deno.PointerObject[] = [];
  /** The ids of tensors that the function makes from JavaScript values. */
  readonly literals: Set<number> = new Set();
  /** The names of the functions that the context knows because of this trace. */
  readonly functions: string[] = [];
  /** The error of an asynchronous read, which nobody may await. */
  refusal: unknown;

  /**
   * The largest number of elements of a captured constant that becomes a constant node, from which TensorFlow can compute in advance.
   * It is infinite in the body of another function, and in a graph that is captured to be read.
   */
  readonly constantSize: number;
  /** Whether XLA compiles the graph: then variables are assigned at its end, and XLA avoids the copies. */
  readonly xla: boolean;
  /** Whether what depends on captured constants alone is computed once (see freeze.ts). */
  readonly frozen: boolean;

  constructor(
    tensorflow: TensorFlow,
    label: string,
    { xla = false, frozen = false, constantSize }: { xla?: boolean; frozen?: boolean; constantSize?: number } = {},
  ) {
    super(tensorflow, label);
    this.constantSize = constantSize ?? (frozen ? 2 ** 10 : 2 ** 16);
    this.xla = xla;
    this.frozen = frozen;
  }

  /** Adds a donated argument: a resource variable as an input, which {@linkcode Trace.update} may overwrite. */
  donatedVariable(dtype: number, shape: readonly number[]): GraphVariable {
    const variable = this.variable(dtype, shape);
    this.#donatedVariables.set(variable.value, variable);
    return variable;
  }

  /** Adds a resource variable as an input, which only {@linkcode Trace.assign} overwrites. */
  variable(dtype: number, shape: readonly number[]): GraphVariable {
    const resource = this.placeholder(dataTypes.resource, []);
    return { resource, value: this.read(resource, dtype, shape, []) };
  }

  /** Returns the donated argument whose value a tensor is. */
  donatedVariableOf(value: SymbolicTensor): GraphVariable | undefined {
    return this.#donatedVariables.get(value);
  }

  /** Captures a tensor by its id: as a constant node if it is small, otherwise as an input that each call passes. */
  captureConstant(id: number, handle: Handle): SymbolicTensor {
    let captured = this.#capturedConstants.get(id);
    if (!captured) {
      const { dtype, shape } = handle;
      const isInput = shape.reduce((product, size) => product * size, 1) > this.constantSize;
      const symbolic = isInput ? this.placeholder(dtype, shape) : this.constant(handle);
      captured = { handle: copyHandle(this.tensorflow, handle), symbolic, isInput, isLiteral: this.literals.has(id) };
      this.#capturedConstants.set(id, captured);
    }
    return captured.symbolic;
  }

  /** The captured constants, to be used before the trace is disposed. */
  get capturedConstants(): readonly CapturedConstant[] {
    return [...this.#capturedConstants.values()];
  }

  /**
   * Overwrites donated arguments by an op that takes their resources first, always or where a predicate holds.
   *
   * @returns their values from then on
   */
  update(
    op: string,
    attributes: readonly Attribute[],
    variables: readonly GraphVariable[],
    inputs: readonly SymbolicTensor[],
    predicate?: SymbolicTensor,
  ): SymbolicTensor[] {
    const resources = variables.map(({ resource }) => resource);
    const reads = variables.map(({ value }) => value.operation);
    const branches = predicate && this.#branches(predicate);
    const before = branches ? [...reads, branches.holds.operation] : reads;
    const { operation } = this.addNode(op, attributes, [...resources, ...inputs], 0, before)[0];
    this.#effects.push(operation);
    // an op that depends on one that did not run does not run either: depend on a merge of both branches
    const ended = branches ? this.#merge(branches, operation).operation : operation;
    return variables.map((variable) => {
      const { dtype, shape } = variable.value;
      const value = this.read(variable.resource, dtype, shape, [ended]);
      variable.update = { operation, value };
      return value;
    });
  }

  /** Assigns a value to a variable at the function's end. */
  assign({ resource, value: before }: GraphVariable, value: SymbolicTensor): void {
    const type = attribute.type("dtype", value.dtype);
    this.#effects.push(
      this.addNode("AssignVariableOp", [type], [resource, value], 0, [before.operation])[0].operation,
    );
  }

  /** Overwrites donated arguments by a call of a function that XLA compiles; `body` is its graph. */
  updateCompiled(
    context: Context,
    body: FunctionBody,
    variables: readonly GraphVariable[],
    inputs: readonly SymbolicTensor[],
    predicate: SymbolicTensor,
  ): SymbolicTensor[] {
    const attributes = this.#compile(context, body, []);
    return this.update("StatefulPartitionedCall", attributes, variables, inputs, predicate);
  }

  /** Calls a function that XLA compiles. `make` builds its graph the first time that its signature is called. */
  callCompiled(
    context: Context,
    signature: string,
    inputs: readonly SymbolicTensor[],
    make: () => FusedBody,
  ): SymbolicTensor[] {
    let call = this.#xlaCalls.get(signature);
    if (!call) {
      const { outputs, ...body } = make();
      using trace = body.trace;
      const attributes = this.#compile(context, { ...body, trace }, outputs);
      this.#xlaCalls.set(signature, call = { attributes, shapes: outputs.map(({ shape }) => shape) });
    }
    const { attributes, shapes } = call;
    const results = this.addNode("StatefulPartitionedCall", attributes, inputs, shapes.length);
    return results.map((result, index) => this.shaped(result, shapes[index]));
  }

  /** Makes a function that XLA compiles, and returns the attributes of its calls. */
  #compile(context: Context, { trace, name, inputs }: FunctionBody, outputs: readonly SymbolicTensor[]): Attribute[] {
    const { c, status, check } = this.tensorflow;
    const fn = trace.toFunction(name, inputs, outputs, trace.#effects);
    this.#mustCompile(fn, name);
    c.TFE_ContextAddFunction(context.pointer, fn, status);
    check(name);
    this.functions.push(name);
    this.include(fn, name);
    c.TF_DeleteFunction(fn);
    return [
      { name: "Tin", type: attributeKinds.type, value: inputs.map(({ dtype }) => dtype) },
      { name: "Tout", type: attributeKinds.type, value: outputs.map(({ dtype }) => dtype) },
      { name: "f", type: attributeKinds.function, value: name },
      attribute.bool("_XlaMustCompile", true),
    ];
  }

  #mustCompile(fn: Deno.PointerObject, name: string): void {
    const { c, status, check } = this.tensorflow;
    const yes = Uint8Array.of(0x28, 1); // a serialized AttrValue: b (5) true
    c.TF_FunctionSetAttrValueProto(fn, cString("_XlaMustCompile"), yes, BigInt(yes.length), status);
    check(name);
  }

  /** Whether the graph overwrites a variable. */
  get hasEffects(): boolean {
    return this.#effects.length > 0;
  }

  /** Makes the graph, or the nodes in `body`, a function that the context knows by `name`. */
  finish(
    context: Context,
    name: string,
    inputs: readonly SymbolicTensor[],
    outputs: readonly SymbolicTensor[],
    body?: readonly Deno.PointerObject[],
  ): void {
    const { c, status, check } = this.tensorflow;
    const fn = this.toFunction(name, inputs, outputs, this.#effects, body);
    if (this.xla) this.#mustCompile(fn, name);
    c.TFE_ContextAddFunction(context.pointer, fn, status);
    c.TF_DeleteFunction(fn);
    check(name);
    this.functions.push(name);
  }

  override [Symbol.dispose](): void {
    for (const { handle } of this.#capturedConstants.values()) this.tensorflow.c.TFE_DeleteTensorHandle(handle.pointer);
    super[Symbol.dispose]();
  }

  /** Returns two nodes of which one runs, by a predicate. */
  #branches(predicate: SymbolicTensor): Branches {
    let branches = this.#branchesOf.get(predicate);
    if (!branches) {
      const [failing, holding] = this.addNode("Switch", [boolean], [predicate, predicate], 2);
      const [fails] = this.addNode("Identity", [boolean], [failing], 1);
      const [holds] = this.addNode("Identity", [boolean], [holding], 1);
      this.#branchesOf.set(predicate, branches = { fails, holds });
    }
    return branches;
  }

  /** Returns a node that runs after `operation`, or without it if its branch does not run. */
  #merge({ fails, holds }: Branches, operation: Deno.PointerObject): SymbolicTensor {
    const [done] = this.addNode("Identity", [boolean], [holds], 1, [operation]);
    return this.addNode("Merge", [boolean], [fails, done], 2)[0];
  }
}
