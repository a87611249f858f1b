import { type Attribute, attribute, attributeKinds } from "../../ops/native.ts";
import { cString } from "../ffi/c_string.ts";
import type { Context } from "../ffi/context.ts";
import { dataTypes } from "../ffi/data_type.ts";
import { Graph, type Symbolic } from "./graph.ts";
import { copyHandle, type Handle } from "../ffi/handles.ts";
import type { TensorFlow } from "../ffi/tensorflow.ts";

/** A resource variable inside a trace, which the graph may overwrite. */
export interface Slot {
  readonly resource: Symbolic;
  /** The value on entry. */
  readonly value: Symbolic;
  /** The node that overwrote it, and the value since then. */
  update?: { readonly operation: Deno.PointerObject; readonly value: Symbolic };
}

/** A tensor that the graph uses and that is neither an argument nor a variable. */
export interface Outsider {
  /** A reference of ours: the tensor may be disposed meanwhile. */
  readonly handle: Handle;
  readonly symbolic: Symbolic;
  readonly isInput: boolean;
  /** Whether the function made it, of values in JavaScript. */
  readonly isOwn: boolean;
}

/** The graph of a function that is called in another. */
interface Body {
  readonly trace: Trace;
  readonly name: string;
  readonly inputs: readonly Symbolic[];
}

interface Results extends Body {
  readonly outputs: readonly Symbolic[];
}

/** How a function is called, and what comes of it. */
interface Fused {
  readonly call: readonly Attribute[];
  readonly shapes: readonly (readonly number[])[];
}

interface Branches {
  readonly fails: Symbolic;
  readonly holds: Symbolic;
}

const boolean = attribute.type("T", dataTypes.bool);

/** A function's graph under construction; `finish` makes a function of it that the context can call. */
export class Trace extends Graph {
  readonly #slots = new Map<Symbolic, Slot>();
  readonly #outsiders = new Map<number, Outsider>();
  readonly #branchesOf = new Map<Symbolic, Branches>();
  readonly #fused = new Map<string, Fused>();
  readonly #effects: Deno.PointerObject[] = [];
  /** Tensors that the function makes of values in JavaScript, by their numbers. */
  readonly own: Set<number> = new Set();
  /** Functions that the context knows because of this trace. */
  readonly functions: string[] = [];
  /** The error of a read that only a promise could report. */
  refusal: unknown;

  /**
   * Up to so many elements a tensor from outside is a constant, which TensorFlow can compute with beforehand. Without a bound the
   * graph is a part of another, or there to be read.
   */
  readonly constantSize: number;
  /** Whether XLA compiles all of it: then what it overwrites is assigned at its end, and XLA sees to it that nothing is copied. */
  readonly whole: boolean;
  /** Whether what follows from tensors from outside alone is computed once (see freeze.ts). */
  readonly frozen: boolean;

  constructor(
    tensorflow: TensorFlow,
    label: string,
    { whole = false, frozen = false, constantSize }: { whole?: boolean; frozen?: boolean; constantSize?: number } = {},
  ) {
    super(tensorflow, label);
    this.constantSize = constantSize ?? (frozen ? 2 ** 10 : 2 ** 16);
    this.whole = whole;
    this.frozen = frozen;
  }

  /** A donated input: a resource, and its value on entry. */
  slot(dtype: number, shape: readonly number[]): Slot {
    const slot = this.variable(dtype, shape);
    this.#slots.set(slot.value, slot);
    return slot;
  }

  /** A resource as an input that nothing overwrites but {@linkcode Trace.assign}. */
  variable(dtype: number, shape: readonly number[]): Slot {
    const resource = this.placeholder(dataTypes.resource, []);
    return { resource, value: this.read(resource, dtype, shape, []) };
  }

  /** The donated argument whose value at this point a tensor is. */
  slotOf(value: Symbolic): Slot | undefined {
    return this.#slots.get(value);
  }

  /** A tensor from outside, by its number: a constant where it is small, else an input that each call gets anew. */
  outsider(id: number, handle: Handle): Symbolic {
    let outsider = this.#outsiders.get(id);
    if (!outsider) {
      const { dtype, shape } = handle;
      const isInput = shape.reduce((product, size) => product * size, 1) > this.constantSize;
      const symbolic = isInput ? this.placeholder(dtype, shape) : this.constant(handle);
      outsider = { handle: copyHandle(this.tensorflow, handle), symbolic, isInput, isOwn: this.own.has(id) };
      this.#outsiders.set(id, outsider);
    }
    return outsider.symbolic;
  }

  /** The tensors from outside, to be used before the trace is disposed. */
  get outsiders(): readonly Outsider[] {
    return [...this.#outsiders.values()];
  }

  /**
   * Overwrites donated arguments by an op that takes their resources first, always or where a predicate holds; their
   * values from then on.
   */
  update(
    op: string,
    attributes: readonly Attribute[],
    slots: readonly Slot[],
    inputs: readonly Symbolic[],
    predicate?: Symbolic,
  ): Symbolic[] {
    const resources = slots.map(({ resource }) => resource);
    const reads = slots.map(({ value }) => value.operation);
    const branches = predicate && this.#branches(predicate);
    const before = branches ? [...reads, branches.holds.operation] : reads;
    const { operation } = this.addNode(op, attributes, [...resources, ...inputs], 0, before)[0];
    this.#effects.push(operation);
    // what waits for an op that did not run does not run either: wait for a merge of both ways
    const settled = branches ? this.#merge(branches, operation).operation : operation;
    return slots.map((slot) => {
      const { dtype, shape } = slot.value;
      const value = this.read(slot.resource, dtype, shape, [settled]);
      slot.update = { operation, value };
      return value;
    });
  }

  /** Overwrites a resource by a value, at the function's end. */
  assign({ resource, value: before }: Slot, value: Symbolic): void {
    const type = attribute.type("dtype", value.dtype);
    this.#effects.push(
      this.addNode("AssignVariableOp", [type], [resource, value], 0, [before.operation])[0].operation,
    );
  }

  /** Overwrites donated arguments by a call of a function of theirs, which XLA compiles; `body` is its graph. */
  updateCompiled(
    context: Context,
    body: Body,
    slots: readonly Slot[],
    inputs: readonly Symbolic[],
    predicate: Symbolic,
  ): Symbolic[] {
    const call = this.#compile(context, body, []);
    return this.update("StatefulPartitionedCall", call, slots, inputs, predicate);
  }

  /** The results of a function that XLA compiles. `make` gives the graph of one that is not here by its signature yet. */
  callCompiled(context: Context, signature: string, inputs: readonly Symbolic[], make: () => Results): Symbolic[] {
    let fused = this.#fused.get(signature);
    if (!fused) {
      const { outputs, ...body } = make();
      using trace = body.trace;
      const call = this.#compile(context, { ...body, trace }, outputs);
      this.#fused.set(signature, fused = { call, shapes: outputs.map(({ shape }) => shape) });
    }
    const { call, shapes } = fused;
    const results = this.addNode("StatefulPartitionedCall", call, inputs, shapes.length);
    return results.map((result, index) => this.shaped(result, shapes[index]));
  }

  /** Makes a function that XLA compiles; the attributes of its calls. */
  #compile(context: Context, { trace, name, inputs }: Body, outputs: readonly Symbolic[]): Attribute[] {
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

  /** Whether running the graph changes anything. */
  get hasEffects(): boolean {
    return this.#effects.length > 0;
  }

  /** Makes the graph, or `body` of its nodes, a function that the context knows by `name`. */
  finish(
    context: Context,
    name: string,
    inputs: readonly Symbolic[],
    outputs: readonly Symbolic[],
    body?: readonly Deno.PointerObject[],
  ): void {
    const { c, status, check } = this.tensorflow;
    const fn = this.toFunction(name, inputs, outputs, this.#effects, body);
    if (this.whole) this.#mustCompile(fn, name);
    c.TFE_ContextAddFunction(context.pointer, fn, status);
    c.TF_DeleteFunction(fn);
    check(name);
    this.functions.push(name);
  }

  override [Symbol.dispose](): void {
    for (const { handle } of this.#outsiders.values()) this.tensorflow.c.TFE_DeleteTensorHandle(handle.pointer);
    super[Symbol.dispose]();
  }

  /** Two nodes of which one runs: control inputs for what is to happen where a predicate holds, and where it does not. */
  #branches(predicate: Symbolic): Branches {
    let branches = this.#branchesOf.get(predicate);
    if (!branches) {
      const [failing, holding] = this.addNode("Switch", [boolean], [predicate, predicate], 2);
      const [fails] = this.addNode("Identity", [boolean], [failing], 1);
      const [holds] = this.addNode("Identity", [boolean], [holding], 1);
      this.#branchesOf.set(predicate, branches = { fails, holds });
    }
    return branches;
  }

  /** A node that runs after `operation`, or at once where its branch is not the one that runs. */
  #merge({ fails, holds }: Branches, operation: Deno.PointerObject): Symbolic {
    const [done] = this.addNode("Identity", [boolean], [holds], 1, [operation]);
    return this.addNode("Merge", [boolean], [fails, done], 2)[0];
  }
}
