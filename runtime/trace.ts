import { type Attribute, attribute, attributeKinds } from "../ops/native.ts";
import { attributeSetter } from "./attributes.ts";
import { cString } from "./c_string.ts";
import type { Context } from "./context.ts";
import { dataTypes } from "./data_type.ts";
import { dimensions, type Handle, withTensor } from "./handles.ts";
import { existing, type TensorFlow } from "./tensorflow.ts";

/** A tensor of a trace: an output of a node of its graph. */
export interface Symbolic {
  readonly trace: Trace;
  /** The op that makes it. */
  readonly op: string;
  readonly operation: Deno.PointerObject;
  /** TF_Output: the operation's address and the output's index. */
  readonly output: Bytes;
  readonly shape: number[];
  readonly dtype: number;
  /** The donated argument whose value this is. */
  readonly slot?: Slot;
  /** a and b where this is the matrix product aᵀ·b. */
  readonly factors?: readonly [Symbolic, Symbolic];
}

/** A donated argument inside a trace: a resource variable that the graph may overwrite. */
export interface Slot {
  readonly resource: Symbolic;
  readonly value: Symbolic;
  /** The node that overwrote it, and the value since then. */
  update?: { readonly operation: Deno.PointerObject; readonly value: Symbolic };
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Branches {
  readonly fails: Symbolic;
  readonly holds: Symbolic;
}

const boolean = attribute.type("T", dataTypes.bool);

/** Ops that take their first inputs as one list: how many of them, of how many inputs. */
const listLength: ReadonlyMap<string, (inputs: number) => number> = new Map([
  ["AddN", (inputs: number) => inputs],
  ["Pack", (inputs: number) => inputs],
  ["ConcatV2", (inputs: number) => inputs - 1],
  ["Merge", (inputs: number) => inputs],
  ["StatefulPartitionedCall", (inputs: number) => inputs],
]);

/** A graph under construction; `finish` makes a function of it that the context can call. */
export class Trace {
  readonly #graph: Deno.PointerObject;
  readonly #setAttributes: ReturnType<typeof attributeSetter>;
  readonly #constants = new Map<Handle, Symbolic>();
  readonly #branchesOf = new Map<Symbolic, Branches>();
  readonly #effects: Deno.PointerObject[] = [];
  /** Functions that the context knows because of this trace. */
  readonly functions: string[] = [];
  #nodes = 0;

  /** `label` is the function's name in messages. */
  constructor(readonly tensorflow: TensorFlow, readonly label: string) {
    this.#graph = existing(tensorflow.c.TF_NewGraph(), "graph");
    this.#setAttributes = attributeSetter(tensorflow, true);
  }

  /** An input of the function. */
  placeholder(dtype: number, shape: number[]): Symbolic {
    const shapeAttribute = { name: "shape", type: attributeKinds.shape, value: shape };
    return this.addNode("Placeholder", [attribute.type("dtype", dtype), shapeAttribute], [], 1)[0];
  }

  /** A donated input: a resource, and its value on entry. */
  slot(dtype: number, shape: number[]): Slot {
    const resource = this.placeholder(dataTypes.resource, []);
    const read = this.#read(resource, dtype, shape, []);
    const slot: Slot = { resource, value: read };
    return Object.assign(slot, { value: { ...read, slot } });
  }

  /** A value from outside, copied into the graph. */
  constant(handle: Handle): Symbolic {
    let constant = this.#constants.get(handle);
    if (!constant) {
      const { c, status, check } = this.tensorflow;
      const node = this.#newNode("Const");
      this.#setAttributes(node, [attribute.type("dtype", handle.dtype)]);
      withTensor(this.tensorflow, handle, (tensor) => c.TF_SetAttrTensor(node, cString("value"), tensor, status));
      check("copy a constant");
      constant = this.#finishNode("Const", node, 1)[0];
      this.#constants.set(handle, constant);
    }
    return constant;
  }

  /** Appends an op. */
  addNode(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Symbolic[],
    numOutputs: number,
    controls: readonly Deno.PointerObject[] = [],
  ): Symbolic[] {
    const { c } = this.tensorflow;
    const node = this.#newNode(op);
    const listed = listLength.get(op)?.(inputs.length) ?? 0;
    if (listed > 0) c.TF_AddInputList(node, packed(inputs.slice(0, listed)), listed);
    for (const input of inputs.slice(listed)) c.TF_AddInput(node, input.output);
    for (const control of controls) c.TF_AddControlInput(node, control);
    this.#setAttributes(node, attributes);
    const outputs = this.#finishNode(op, node, numOutputs);
    if (op !== "MatMul" || !isSet(attributes, "transpose_a") || isSet(attributes, "transpose_b")) return outputs;
    return [{ ...outputs[0], factors: [inputs[0], inputs[1]] }];
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
      const value = { ...this.#read(slot.resource, dtype, shape, [settled]), slot };
      slot.update = { operation, value };
      return value;
    });
  }

  /** Overwrites a donated argument by a value. */
  assign(slot: Slot, value: Symbolic): void {
    this.update("AssignVariableOp", [attribute.type("dtype", value.dtype)], [slot], [value]);
  }

  /** A result of its own, also where the tensor is an input of the function. */
  identity(value: Symbolic): Symbolic {
    return this.addNode("Identity", [attribute.type("T", value.dtype)], [value], 1)[0];
  }

  /** Overwrites donated arguments by a call of a function of theirs, which XLA compiles; `body` is its graph. */
  updateCompiled(
    context: Context,
    body: { readonly trace: Trace; readonly name: string; readonly inputs: readonly Symbolic[] },
    slots: readonly Slot[],
    inputs: readonly Symbolic[],
    predicate: Symbolic,
  ): Symbolic[] {
    const { c, status, check } = this.tensorflow;
    const { trace, name } = body;
    const fn = trace.#toFunction(name, body.inputs, []);
    const yes = Uint8Array.of(0x28, 1); // a serialised AttrValue: b (5) true
    c.TF_FunctionSetAttrValueProto(fn, cString("_XlaMustCompile"), yes, BigInt(yes.length), status);
    check(name);
    c.TFE_ContextAddFunction(context.pointer, fn, status);
    check(name);
    c.TF_GraphCopyFunction(this.#graph, fn, null, status);
    c.TF_DeleteFunction(fn);
    check(name);
    this.functions.push(name);
    const types = [...slots.map(() => dataTypes.resource), ...inputs.map(({ dtype }) => dtype)];
    const attributes: Attribute[] = [
      { name: "Tin", type: attributeKinds.type, value: types },
      { name: "Tout", type: attributeKinds.type, value: [] },
      { name: "f", type: attributeKinds.function, value: name },
      attribute.bool("_XlaMustCompile", true),
    ];
    return this.update("StatefulPartitionedCall", attributes, slots, inputs, predicate);
  }

  /** Makes the graph a function that the context knows by `name`. */
  finish(context: Context, name: string, inputs: readonly Symbolic[], outputs: readonly Symbolic[]): void {
    const { c, status, check } = this.tensorflow;
    const fn = this.#toFunction(name, inputs, outputs);
    c.TFE_ContextAddFunction(context.pointer, fn, status);
    c.TF_DeleteFunction(fn);
    check(name);
    this.functions.push(name);
  }

  #toFunction(name: string, inputs: readonly Symbolic[], outputs: readonly Symbolic[]): Deno.PointerObject {
    const { c, status, check } = this.tensorflow;
    const effects = BigUint64Array.from(this.#effects, (operation) => Deno.UnsafePointer.value(operation));
    const made = c.TF_GraphToFunctionWithControlOutputs(
      this.#graph,
      cString(name),
      0,
      -1,
      null,
      inputs.length,
      packed(inputs),
      outputs.length,
      packed(outputs),
      null,
      effects.length,
      effects.length > 0 ? effects : new BigUint64Array(1),
      null,
      null,
      null,
      status,
    );
    check(name);
    return existing(made, "function");
  }

  [Symbol.dispose](): void {
    this.tensorflow.c.TF_DeleteGraph(this.#graph);
  }

  #read(resource: Symbolic, dtype: number, shape: number[], controls: readonly Deno.PointerObject[]): Symbolic {
    const { c, status, check } = this.tensorflow;
    const [read] = this.addNode("ReadVariableOp", [attribute.type("dtype", dtype)], [resource], 1, controls);
    c.TF_GraphSetTensorShape(this.#graph, read.output, dimensions(shape), shape.length, status);
    check("ReadVariableOp");
    return { ...read, shape };
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

  #newNode(op: string): Deno.PointerObject {
    const name = new TextEncoder().encode(`${op}_${this.#nodes++}\0`);
    return existing(this.tensorflow.c.TF_NewOperation(this.#graph, cString(op), name), "node");
  }

  /** At least one Symbolic, so that an op without outputs has a handle to wait for. */
  #finishNode(op: string, node: Deno.PointerObject, numOutputs: number): Symbolic[] {
    const { c, status, check } = this.tensorflow;
    const finished = c.TF_FinishOperation(node, status);
    check(op);
    const operation = existing(finished, "operation");
    if (numOutputs === 0) {
      return [{ trace: this, op, operation, output: outputOf(operation, 0), shape: [], dtype: 0 }];
    }
    return Array.from({ length: numOutputs }, (_, index) => {
      const output = outputOf(operation, index);
      const dtype = c.TF_OperationOutputType(output);
      return { trace: this, op, operation, output, shape: this.#shape(output), dtype };
    });
  }

  /** The inferred shape; an unknown size or rank reads as empty, as of batch norm's third reserve space. */
  #shape(output: Bytes): number[] {
    const { c, status, check } = this.tensorflow;
    const rank = c.TF_GraphGetTensorNumDims(this.#graph, output, status);
    check("infer a shape");
    if (rank < 0) return [0];
    const sizes = new BigInt64Array(Math.max(1, rank));
    if (rank > 0) c.TF_GraphGetTensorShape(this.#graph, output, sizes, rank, status);
    check("infer a shape");
    return Array.from(sizes.subarray(0, rank), (size) => Math.max(0, Number(size)));
  }
}

function isSet(attributes: readonly Attribute[], name: string): boolean {
  return attributes.some((attribute) => attribute.name === name && attribute.value === true);
}

function outputOf(operation: Deno.PointerObject, index: number): Bytes {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, Deno.UnsafePointer.value(operation), true);
  view.setInt32(8, index, true);
  return bytes;
}

function packed(values: readonly Symbolic[]): Bytes {
  const bytes = new Uint8Array(16 * Math.max(1, values.length));
  values.forEach(({ output }, index) => bytes.set(output, 16 * index));
  return bytes;
}
