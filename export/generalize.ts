import { UserError } from "../errors.ts";
import { attribute } from "../ops/native.ts";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import type { SymbolicTensor } from "../runtime/trace/graph.ts";
import type { CapturedGraph, ConstantValues } from "../runtime/trace/capture_graph.ts";
import { type Constant, int32Vector } from "./constant.ts";
import type { InferenceGraph, Node, Value } from "./graph.ts";
import { GraphBuilder } from "./graph_builder.ts";

/** The sizes of the batches for which a model is traced. */
export const batchSizes = [2, 3] as const;

/** The same tensor in the graphs of both batch sizes. */
type TensorPair = readonly [SymbolicTensor, SymbolicTensor];

/** The values of a constant in both graphs. */
type ValuePair = readonly [ConstantValues, ConstantValues];

/**
 * Combines the graphs of a function at the two {@linkcode batchSizes} into one for any batch. The function's first argument is the
 * images; the others are the `weights`, by name.
 *
 * @throws {UserError} if the graphs differ in more than sizes that are proportional to the batch
 */
export function generalize(graphs: readonly CapturedGraph[], weights: ReadonlyMap<string, Constant>): InferenceGraph {
  const [one, other] = graphs;
  const builder = new GraphBuilder(["images", "logits"]);
  const made = new Map<bigint, Node>(), scopes = new Map<Node, string>();
  const shape = [-1, ...one.inputs[0].shape.slice(1)];
  const placeholder = [attribute.type("dtype", dataTypes.float32), { name: "shape", type: 5, value: shape }];
  const node = builder.append({
    name: "images",
    op: "Placeholder",
    attributes: new Map(placeholder.map((attribute) => [attribute.name, attribute])),
    inputs: [],
  });
  const images: Value = { node, index: 0, shape, dtype: dataTypes.float32 };
  made.set(addressOf(one.inputs[0]), node);
  const weightAt = new Map(
    [...weights].map(([path, constant], i) => [addressOf(one.inputs[i + 1]), { path, constant }]),
  );

  const build = (pair: TensorPair): Value => {
    const [{ nodeDef, op, dtype }] = pair, address = addressOf(pair[0]);
    if (op === "Identity" || op === "Cast" && dtype === nodeDef.inputs[0].dtype) return input(pair, 0);
    let node = made.get(address);
    if (!node) made.set(address, node = makeNode(pair));
    return { node, index: nodeDef.index, dtype, shape: batchShape(pair) };
  };
  const makeNode = (pair: TensorPair): Node => {
    const [{ shape, dtype, op, nodeDef }] = pair;
    const weight = weightAt.get(addressOf(pair[0]));
    if (weight) {
      const { node } = builder.constant(weight.path, weight.constant);
      scopes.set(node, weight.path.split("/").slice(0, -1).join("/"));
      return node;
    }
    const values = valuesOf(pair);
    if (values) return builder.constant("Const", { shape, dtype, values: () => values[0] }).node;
    checkSameOp(pair);
    const inputs = nodeDef.inputs.map((_, i) => input(pair, i));
    const scope = inputs.map(({ node }) => scopes.get(node)).find((scope) => scope);
    const name = plainName(op);
    const attributes = nodeDef.attributes.filter(({ name }) => !name.startsWith("_"));
    return builder.add(scope ? `${scope}/${name}` : name, name, attributes, inputs);
  };
  const input = ([a, b]: TensorPair, i: number): Value => {
    const pair: TensorPair = [a.nodeDef.inputs[i], b.nodeDef.inputs[i]];
    const values = valuesOf(pair);
    if (!values || `${values[0]}` === `${values[1]}`) return build(pair);
    return batchDependent(a, i, values);
  };
  /** Makes a constant that differs between the graphs: sizes that grow with the batch. */
  const batchDependent = (user: SymbolicTensor, i: number, [values, others]: ValuePair): Value => {
    const sizes = [...values].map(Number), grown = [...others].map(Number);
    const [small, large] = batchSizes;
    const isFixed = sizes.map((size, at) => size === grown[at]);
    const proportional = sizes.every((size, at) => isFixed[at] || size * large === grown[at] * small);
    if (!(values instanceof Int32Array) || values.length !== others.length || !proportional) throw dependent(user.op);
    if (isFixed.filter((fixed) => !fixed).length === 1 && infersSize(user, i, sizes, isFixed.indexOf(false))) {
      return builder.constant("Const", int32Vector(sizes.map((size, at) => isFixed[at] ? size : -1)));
    }
    const offsets = sizes.map((size, at) => isFixed[at] ? size : 0);
    return builder.sizes(offsets, sizes.map((size, at) => isFixed[at] ? 0 : size / small), images);
  };
  const valuesOf = ([a, b]: TensorPair): ValuePair | undefined => {
    const values = one.constants.get(a), others = other.constants.get(b);
    return values && others && [values, others];
  };
  const logits = build([one.output, other.output]);
  return { nodes: builder.nodes, images, logits };
}

/** Whether an op takes −1 at `axis` of its sizes for the rest: a reshape does, and a slice of a complete axis. */
function infersSize({ op, nodeDef }: SymbolicTensor, input: number, sizes: readonly number[], axis: number): boolean {
  if (op === "Reshape") return input === 1;
  return op === "Slice" && input === 2 && sizes[axis] === nodeDef.inputs[0].shape[axis];
}

/**
 * Checks that a node is the same in both graphs.
 *
 * @throws {UserError} if it differs
 */
function checkSameOp([a, b]: TensorPair): void {
  const same = a.op === b.op && a.nodeDef.inputs.length === b.nodeDef.inputs.length &&
    JSON.stringify(a.nodeDef.attributes) === JSON.stringify(b.nodeDef.attributes);
  if (!same) throw dependent(a.op);
}

function dependent(op: string): UserError {
  return new UserError(`the model computes in another way for another number of images, at an op ${op}`, {
    remedy: "Let its layers broadcast over the batch; an exported model is one graph for batches of every size",
  });
}

/** Returns the shape of a tensor, −1 where it differs between the graphs. */
function batchShape([a, b]: TensorPair): number[] {
  return a.shape.map((size, axis) => size === b.shape[axis] ? size : -1);
}

/** Returns the op that a kernel of oneDNN computes. */
const plainName = (op: string) => op.replace(/^_Mkl(?:Native)?/, "");

const addressOf = ({ operation }: SymbolicTensor) => Deno.UnsafePointer.value(operation);
