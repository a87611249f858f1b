import { type Attribute, attribute, attributeKinds } from "../../ops/native.ts";
import { attributeSetter } from "../ffi/attributes.ts";
import { cString } from "../ffi/c_string.ts";
import { dimensions, type Handle, withTensor } from "../ffi/handles.ts";
import { outputOf, type Outputs, packed } from "../ffi/output.ts";
import { unknownShape } from "./refusal.ts";
import { existing, type TensorFlow } from "../ffi/tensorflow.ts";

/** A tensor of a graph under construction: an output of a node. */
export interface Symbolic {
  readonly graph: Graph;
  /** The op that makes it. */
  readonly op: string;
  readonly operation: Deno.PointerObject;
  readonly output: Outputs;
  readonly shape: number[];
  readonly dtype: number;
  /** How it is made: enough to do it again outside of the graph. */
  readonly recipe: Recipe;
  /** a and b where this is the matrix product aᵀ·b. */
  readonly factors?: readonly [Symbolic, Symbolic];
}

interface Recipe {
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Symbolic[];
  readonly controls: readonly Deno.PointerObject[];
  readonly index: number;
  readonly numOutputs: number;
}

/** Ops that take a list among their inputs: where it begins and ends, of how many inputs. */
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
  readonly #nodes: Symbolic[][] = [];
  #named = 0;

  /** `label` is the function's name in messages. */
  constructor(readonly tensorflow: TensorFlow, readonly label: string) {
    this.#graph = existing(tensorflow.c.TF_NewGraph(), "graph");
    this.#setAttributes = attributeSetter(tensorflow, true);
  }

  /** The outputs of each node, in the order in which the nodes were appended: none comes before its inputs. */
  get nodes(): readonly (readonly Symbolic[])[] {
    return this.#nodes;
  }

  /** An input of the function. */
  placeholder(dtype: number, shape: readonly number[]): Symbolic {
    const shapeAttribute = { name: "shape", type: attributeKinds.shape, value: [...shape] };
    return this.addNode("Placeholder", [attribute.type("dtype", dtype), shapeAttribute], [], 1)[0];
  }

  /** A copy of a value in the graph. */
  constant(handle: Handle): Symbolic {
    const { c, status, check } = this.tensorflow;
    const node = this.#newNode("Const");
    this.#setAttributes(node, [attribute.type("dtype", handle.dtype)]);
    withTensor(this.tensorflow, handle, (tensor) => c.TF_SetAttrTensor(node, cString("value"), tensor, status));
    check("copy a constant");
    return this.#finishNode("Const", node, { attributes: [], inputs: [], controls: [], numOutputs: 1 })[0];
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

  /** Appends the op of a node once more, with other inputs of the same shapes and types. */
  again(
    outputs: readonly Symbolic[],
    inputs: readonly Symbolic[],
    controls: readonly Deno.PointerObject[],
  ): Symbolic[] {
    const { op, recipe: { attributes, numOutputs } } = outputs[0];
    const made = this.addNode(op, attributes, inputs, numOutputs, controls);
    return made.map((output, index) => numOutputs > 0 ? this.shaped(output, outputs[index].shape) : output);
  }

  /** Appends one of oneDNN's own ops, which does further ops in the same pass. Its inputs are two and then lists; the shape is known. */
  addFused(
    op: string,
    attributes: readonly Attribute[],
    further: readonly string[],
    [first, second, ...lists]: readonly [Symbolic, Symbolic, ...(readonly Symbolic[])[]],
    shape: readonly number[],
  ): Symbolic {
    const { c } = this.tensorflow;
    const node = this.#newNode(op);
    c.TF_AddInput(node, first.output);
    c.TF_AddInput(node, second.output);
    for (const list of lists) c.TF_AddInputList(node, packed(list), list.length);
    this.#setAttributes(node, attributes);
    const names = further.map((name) => new TextEncoder().encode(name));
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

  /** A result of its own, also where the tensor is an input of the function. */
  identity(value: Symbolic, controls: readonly Deno.PointerObject[] = []): Symbolic {
    return this.addNode("Identity", [attribute.type("T", value.dtype)], [value], 1, controls)[0];
  }

  /** The value of a resource variable, once `controls` have run. */
  protected read(
    resource: Symbolic,
    dtype: number,
    shape: readonly number[],
    controls: readonly Deno.PointerObject[],
  ): Symbolic {
    const [read] = this.addNode("ReadVariableOp", [attribute.type("dtype", dtype)], [resource], 1, controls);
    return this.shaped(read, shape);
  }

  /** A value of whose shape TensorFlow is told. */
  protected shaped(value: Symbolic, shape: readonly number[]): Symbolic {
    const { c, status, check } = this.tensorflow;
    c.TF_GraphSetTensorShape(this.#graph, value.output, dimensions(shape), shape.length, status);
    check(value.op);
    return { ...value, shape: [...shape] };
  }

  /** The graph, or `body` of its nodes, as a function, whose nodes `effects` run whatever is asked of it; the caller deletes it. */
  protected toFunction(
    name: string,
    inputs: readonly Symbolic[],
    outputs: readonly Symbolic[],
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
    return existing(made, "function");
  }

  /** Lets nodes of the graph call a function. */
  protected include(fn: Deno.PointerObject, name: string): void {
    this.tensorflow.c.TF_GraphCopyFunction(this.#graph, fn, null, this.tensorflow.status);
    this.tensorflow.check(name);
  }

  [Symbol.dispose](): void {
    this.tensorflow.c.TF_DeleteGraph(this.#graph);
  }

  #newNode(op: string): Deno.PointerObject {
    const name = new TextEncoder().encode(`${op}_${this.#named++}\0`);
    return existing(this.tensorflow.c.TF_NewOperation(this.#graph, cString(op), name), "node");
  }

  /** At least one Symbolic, so that an op without outputs has a handle to wait for. */
  #finishNode(
    op: string,
    node: Deno.PointerObject,
    recipe: Omit<Recipe, "index">,
  ): Symbolic[] {
    const { c, status, check } = this.tensorflow;
    const finished = c.TF_FinishOperation(node, status);
    check(op);
    const operation = existing(finished, "operation");
    const outputs = Array.from({ length: Math.max(1, recipe.numOutputs) }, (_, index) => {
      const output = outputOf(operation, index);
      const type = recipe.numOutputs > 0
        ? { dtype: c.TF_OperationOutputType(output), shape: this.#shape(op, output) }
        : { dtype: 0, shape: [] };
      return { graph: this, op, operation, output, ...type, recipe: { ...recipe, index } };
    });
    this.#nodes.push(outputs);
    return outputs;
  }

  /** The inferred shape. */
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

/** The factors of a product aᵀ·b, or of one in another precision. */
function factorsOf(op: string, attributes: readonly Attribute[], inputs: readonly Symbolic[]): Symbolic["factors"] {
  if (op === "Cast") return inputs[0].factors;
  const isProduct = op === "MatMul" && isSet(attributes, "transpose_a") && !isSet(attributes, "transpose_b");
  return isProduct ? [inputs[0], inputs[1]] : undefined;
}

function isSet(attributes: readonly Attribute[], name: string): boolean {
  return attributes.some((attribute) => attribute.name === name && attribute.value === true);
}

/** Nodes as a C array, which is never empty. */
function addresses(nodes: readonly Deno.PointerObject[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(nodes.length > 0 ? nodes.map((node) => Deno.UnsafePointer.value(node)) : [0n]);
}
