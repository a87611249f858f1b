import { type Attribute, attribute, attributeKinds } from "../../ops/native.ts";
import { attributeSetter } from "../ffi/attributes.ts";
import { cString } from "../ffi/c_string.ts";
import { dimensions, type Handle, withTensor } from "../ffi/handles.ts";
import { outputOf, type Outputs, packed } from "../ffi/output.ts";
import { unknownShape } from "./refusal.ts";
import { nonNull, type TensorFlow } from "../ffi/tensorflow.ts";

/** A tensor of a graph under construction: an output of a node, with a shape and a dtype but without values. */
export interface SymbolicTensor {
  readonly graph: Graph;
  /** The name of the op that computes it. */
  readonly op: string;
  readonly operation: Deno.PointerObject;
  readonly output: Outputs;
  readonly shape: number[];
  readonly dtype: number;
  /** The node that computes it: enough to run it again outside of the graph. */
  readonly nodeDef: NodeDef;
  /** a and b where this is the matrix product aᵀ·b. */
  readonly factors?: readonly [SymbolicTensor, SymbolicTensor];
}

/** A node of a graph. */
interface NodeDef {
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly SymbolicTensor[];
  /** Control dependencies: operations that run before. */
  readonly controls: readonly Deno.PointerObject[];
  /** Which output of the node. */
  readonly index: number;
  readonly numOutputs: number;
}

/** Ops that take a list among their inputs: where it begins and ends, given the number of inputs. */
const lists: ReadonlyMap<string, (inputs: number) => readonly [from: number, to: number]> = new Map([
  ["AddN", (inputs) => [0, inputs]],
  ["ConcatV2", (inputs) => [0, inputs - 1]],
  ["Einsum", (inputs) => [0, inputs]],
  ["Merge", (inputs) => [0, inputs]],
  ["Pack", (inputs) => [0, inputs]],
  ["RaggedGather", (inputs) => [0, inputs - 2]],
  ["RaggedTensorToTensor", (inputs) => [3, inputs]],
  ["StatefulPartitionedCall", (inputs) => [0, inputs]],
]);

/** A TensorFlow graph under construction. */
export class Graph {
  readonly #graph: Deno.PointerObject;
  readonly #setAttributes: ReturnType<typeof attributeSetter>;
  readonly #nodes: SymbolicTensor[][] = [];
  #named = 0;

  /** `label` is the function's name in messages. */
  constructor(readonly tensorflow: TensorFlow, readonly label: string) {
    this.#graph = nonNull(tensorflow.c.TF_NewGraph(), "graph");
    this.#setAttributes = attributeSetter(tensorflow, true);
  }

  /** The outputs of each node, in the order in which the nodes were appended, which is topological. */
  get nodes(): readonly (readonly SymbolicTensor[])[] {
    return this.#nodes;
  }

  /** Appends an input of the function. */
  placeholder(dtype: number, shape: readonly number[]): SymbolicTensor {
    const shapeAttribute = { name: "shape", type: attributeKinds.shape, value: [...shape] };
    return this.addNode("Placeholder", [attribute.type("dtype", dtype), shapeAttribute], [], 1)[0];
  }

  /** Appends a constant with a copy of a value. */
  constant(handle: Handle): SymbolicTensor {
    const { c, status, check } = this.tensorflow;
    const node = this.#newNode("Const");
    this.#setAttributes(node, [attribute.type("dtype", handle.dtype)]);
    withTensor(this.tensorflow, handle, (tensor) => c.TF_SetAttrTensor(node, cString("value"), tensor, status));
    check("copy a constant");
    return this.#finishNode("Const", node, { attributes: [], inputs: [], controls: [], numOutputs: 1 })[0];
  }

  /** Appends a node. It returns at least one tensor, also for an op without outputs. */
  addNode(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly SymbolicTensor[],
    numOutputs: number,
    controls: readonly Deno.PointerObject[] = [],
  ): SymbolicTensor[] {
    const { c } = this.tensorflow;
    const node = this.#newNode(op);
    const [from, to] = lists.get(op)?.(inputs.length) ?? [0, 0];
    for (const input of inputs.slice(0, from)) c.TF_AddInput(node, input.output);
    if (to > from) c.TF_AddInputList(node, packed(inputs.slice(from, to)), to - from);
    for (const input of inputs.slice(to)) c.TF_AddInput(node, input.output);
    for (const control of controls) c.TF_AddControlInput(node, control);
    this.#setAttributes(node, attributes);
    const outputs = this.#finishNode(op, node, { attributes, inputs, controls, numOutputs });
    const factors = factorsOf(op, attributes, inputs);
    return factors ? [{ ...outputs[0], factors }] : outputs;
  }

  /** Appends a copy of a node, with other inputs of the same shapes and types. */
  copyNode(
    outputs: readonly SymbolicTensor[],
    inputs: readonly SymbolicTensor[],
    controls: readonly Deno.PointerObject[],
  ): SymbolicTensor[] {
    const { op, nodeDef: { attributes, numOutputs } } = outputs[0];
    const made = this.addNode(op, attributes, inputs, numOutputs, controls);
    return made.map((output, index) => numOutputs > 0 ? this.shaped(output, outputs[index].shape) : output);
  }

  /** Appends one of oneDNN's fused ops. It takes two inputs and then lists; `fusedNames` are the ops that it runs in the same pass. */
  addFused(
    op: string,
    attributes: readonly Attribute[],
    fusedNames: readonly string[],
    [first, second, ...lists]: readonly [SymbolicTensor, SymbolicTensor, ...(readonly SymbolicTensor[])[]],
    shape: readonly number[],
  ): SymbolicTensor {
    const { c } = this.tensorflow;
    const node = this.#newNode(op);
    c.TF_AddInput(node, first.output);
    c.TF_AddInput(node, second.output);
    for (const list of lists) c.TF_AddInputList(node, packed(list), list.length);
    this.#setAttributes(node, attributes);
    const names = fusedNames.map((name) => new TextEncoder().encode(name));
    const addresses = names.map((name) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(name)));
    const lengths = names.map(({ length }) => BigInt(length));
    c.TF_SetAttrStringList(
      node,
      cString("fused_ops"),
      BigUint64Array.from([...addresses, 0n]), // never empty
      BigUint64Array.from([...lengths, 0n]),
      names.length,
    );
    const inputs = [first, second, ...lists.flat()];
    const [output] = this.#finishNode(op, node, { attributes, inputs, controls: [], numOutputs: 1 });
    return this.shaped(output, shape);
  }

  /** Appends an identity: a result of its own, also if the tensor is an input of the function. */
  identity(value: SymbolicTensor, controls: readonly Deno.PointerObject[] = []): SymbolicTensor {
    return this.addNode("Identity", [attribute.type("T", value.dtype)], [value], 1, controls)[0];
  }

  /** Appends a read of a resource variable, which runs after `controls`. */
  protected read(
    resource: SymbolicTensor,
    dtype: number,
    shape: readonly number[],
    controls: readonly Deno.PointerObject[],
  ): SymbolicTensor {
    const [read] = this.addNode("ReadVariableOp", [attribute.type("dtype", dtype)], [resource], 1, controls);
    return this.shaped(read, shape);
  }

  /** Sets the shape of a tensor, which TensorFlow cannot infer. */
  protected shaped(value: SymbolicTensor, shape: readonly number[]): SymbolicTensor {
    const { c, status, check } = this.tensorflow;
    c.TF_GraphSetTensorShape(this.#graph, value.output, dimensions(shape), shape.length, status);
    check(value.op);
    return { ...value, shape: [...shape] };
  }

  /** Makes a function of the graph, or of the nodes in `body`. The nodes in `effects` always run. The caller deletes the function. */
  protected toFunction(
    name: string,
    inputs: readonly SymbolicTensor[],
    outputs: readonly SymbolicTensor[],
    effects: readonly Deno.PointerObject[],
    body?: readonly Deno.PointerObject[],
  ): Deno.PointerObject {
    const { c, status, check } = this.tensorflow;
    const made = c.TF_GraphToFunctionWithControlOutputs(
      this.#graph,
      cString(name),
      0,
      body?.length ?? -1,
      body ? addresses(body) : null,
      inputs.length,
      packed(inputs),
      outputs.length,
      packed(outputs),
      null,
      effects.length,
      addresses(effects),
      null,
      null,
      null,
      status,
    );
    check(name);
    return nonNull(made, "function");
  }

  /** Copies a function into the graph, so that nodes can call it. */
  protected include(fn: Deno.PointerObject, name: string): void {
    this.tensorflow.c.TF_GraphCopyFunction(this.#graph, fn, null, this.tensorflow.status);
    this.tensorflow.check(name);
  }

  [Symbol.dispose](): void {
    this.tensorflow.c.TF_DeleteGraph(this.#graph);
  }

  #newNode(op: string): Deno.PointerObject {
    const name = new TextEncoder().encode(`${op}_${this.#named++}\0`);
    return nonNull(this.tensorflow.c.TF_NewOperation(this.#graph, cString(op), name), "node");
  }

  /** Returns at least one tensor, so that a control dependency on an op without outputs is possible. */
  #finishNode(
    op: string,
    node: Deno.PointerObject,
    nodeDef: Omit<NodeDef, "index">,
  ): SymbolicTensor[] {
    const { c, status, check } = this.tensorflow;
    const finished = c.TF_FinishOperation(node, status);
    check(op);
    const operation = nonNull(finished, "operation");
    const outputs = Array.from({ length: Math.max(1, nodeDef.numOutputs) }, (_, index) => {
      const output = outputOf(operation, index);
      const type = nodeDef.numOutputs > 0
        ? { dtype: c.TF_OperationOutputType(output), shape: this.#shape(op, output) }
        : { dtype: 0, shape: [] };
      return { graph: this, op, operation, output, ...type, nodeDef: { ...nodeDef, index } };
    });
    this.#nodes.push(outputs);
    return outputs;
  }

  /** Returns the shape that TensorFlow infers. */
  #shape(op: string, output: Outputs): number[] {
    const { c, status, check } = this.tensorflow;
    const rank = c.TF_GraphGetTensorNumDims(this.#graph, output, status);
    check("infer a shape");
    const sizes = new BigInt64Array(Math.max(1, rank));
    if (rank > 0) c.TF_GraphGetTensorShape(this.#graph, output, sizes, rank, status);
    check("infer a shape");
    const shape = rank < 0 ? undefined : Array.from(sizes.subarray(0, rank), Number);
    return shape?.every((size) => size >= 0) ? shape : unknownShape(this.label, op, shape);
  }
}

/** Returns the factors of a product aᵀ·b, or of its cast. */
function factorsOf(
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly SymbolicTensor[],
): SymbolicTensor["factors"] {
  if (op === "Cast") return inputs[0].factors;
  const isProduct = op === "MatMul" && isSet(attributes, "transpose_a") && !isSet(attributes, "transpose_b");
  return isProduct ? [inputs[0], inputs[1]] : undefined;
}

function isSet(attributes: readonly Attribute[], name: string): boolean {
  return attributes.some((attribute) => attribute.name === name && attribute.value === true);
}

/** Returns the addresses of nodes as a C array, which is never empty. */
function addresses(nodes: readonly Deno.PointerObject[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(nodes.length > 0 ? nodes.map((node) => Deno.UnsafePointer.value(node)) : [0n]);
}
