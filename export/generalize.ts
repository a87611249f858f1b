import { UserError } from "../errors.ts";
import { attribute } from "../ops/native.ts";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import type { Symbolic } from "../runtime/trace/graph.ts";
import type { ConstantValues, Outline } from "../runtime/trace/outline.ts";
import { type Constant, integers } from "./constant.ts";
import type { InferenceGraph, Node, Value } from "./graph.ts";
import { GraphBuilder } from "./graph_builder.ts";

/** The sizes of the batches that a model is traced for. */
export const batchSizes = [2, 3] as const;

/** A tensor in both outlines. */
type Twins = readonly [Symbolic, Symbolic];

/** A constant in both. */
type TwinValues = readonly [ConstantValues, ConstantValues];

/**
 * One graph of a function's outlines at the two {@linkcode batchSizes}. Its first argument is the images; the others are the
 * `weights`, by name.
 */
export function generalize(outlines: readonly Outline[], weights: ReadonlyMap<string, Constant>): InferenceGraph {
  const [one, other] = outlines;
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

  const build = (twins: Twins): Value => {
    const [{ recipe, op, dtype }] = twins, address = addressOf(twins[0]);
    if (op === "Identity" || op === "Cast" && dtype === recipe.inputs[0].dtype) return input(twins, 0);
    let node = made.get(address);
    if (!node) made.set(address, node = makeNode(twins));
    return { node, index: recipe.index, dtype, shape: growingShape(twins) };
  };
  const makeNode = (twins: Twins): Node => {
    const [{ shape, dtype, op, recipe }] = twins;
    const weight = weightAt.get(addressOf(twins[0]));
    if (weight) {
      const { node } = builder.constant(weight.path, weight.constant);
      scopes.set(node, weight.path.split("/").slice(0, -1).join("/"));
      return node;
    }
    const values = valuesOf(twins);
    if (values) return builder.constant("Const", { shape, dtype, values: () => values[0] }).node;
    checkTwins(twins);
    const inputs = recipe.inputs.map((_, i) => input(twins, i));
    const scope = inputs.map(({ node }) => scopes.get(node)).find((scope) => scope);
    const name = plainName(op);
    const attributes = recipe.attributes.filter(({ name }) => !name.startsWith("_"));
    return builder.add(scope ? `${scope}/${name}` : name, name, attributes, inputs);
  };
  const input = ([a, b]: Twins, i: number): Value => {
    const twins: Twins = [a.recipe.inputs[i], b.recipe.inputs[i]];
    const values = valuesOf(twins);
    if (!values || `${values[0]}` === `${values[1]}`) return build(twins);
    return growing(a, i, values);
  };
  /** A constant that is not the same in both. */
  const growing = (user: Symbolic, i: number, [values, others]: TwinValues): Value => {
    const sizes = [...values].map(Number), grown = [...others].map(Number);
    const [small, large] = batchSizes;
    const isFixed = sizes.map((size, at) => size === grown[at]);
    const proportional = sizes.every((size, at) => isFixed[at] || size * large === grown[at] * small);
    if (!(values instanceof Int32Array) || values.length !== others.length || !proportional) throw dependent(user.op);
    if (isFixed.filter((fixed) => !fixed).length === 1 && takesRest(user, i, sizes, isFixed.indexOf(false))) {
      return builder.constant("Const", integers(sizes.map((size, at) => isFixed[at] ? size : -1)));
    }
    const offsets = sizes.map((size, at) => isFixed[at] ? size : 0);
    return builder.sizes(offsets, sizes.map((size, at) => isFixed[at] ? 0 : size / small), images);
  };
  const valuesOf = ([a, b]: Twins): TwinValues | undefined => {
    const values = one.constants.get(a), others = other.constants.get(b);
    return values && others && [values, others];
  };
  const logits = build([one.output, other.output]);
  return { nodes: builder.nodes, images, logits };
}

/** Whether −1 among an op's sizes, at `axis`, means what is left: of a reshape, and of a slice that takes the whole axis. */
function takesRest({ op, recipe }: Symbolic, input: number, sizes: readonly number[], axis: number): boolean {
  if (op === "Reshape") return input === 1;
  return op === "Slice" && input === 2 && sizes[axis] === recipe.inputs[0].shape[axis];
}

function checkTwins([a, b]: Twins): void {
  const same = a.op === b.op && a.recipe.inputs.length === b.recipe.inputs.length &&
    JSON.stringify(a.recipe.attributes) === JSON.stringify(b.recipe.attributes);
  if (!same) throw dependent(a.op);
}

function dependent(op: string): UserError {
  return new UserError(`the model computes in another way for another number of images, at an op ${op}`, {
    remedy: "Let its layers broadcast over the batch; an exported model is one graph for batches of every size",
  });
}

function growingShape([a, b]: Twins): number[] {
  return a.shape.map((size, axis) => size === b.shape[axis] ? size : -1);
}

/** oneDNN's kernels under the names of the ops that they compute. */
const plainName = (op: string) => op.replace(/^_Mkl(?:Native)?/, "");

const addressOf = ({ operation }: Symbolic) => Deno.UnsafePointer.value(operation);
