import { attribute, attributeKinds } from "../../ops/native.ts";
import { dataTypes } from "../ffi/data_type.ts";
import type { Graph, SymbolicTensor } from "./graph.ts";
import { ancestors, countUses, rewrite, type Substitute } from "./rewrite.ts";

/** What fusion must know about constants. */
export interface ConstantInfo {
  /** Whether a tensor has the same values in every call. */
  isConstant(tensor: SymbolicTensor): boolean;
  /** Returns the values of a constant of integers. */
  integersOf(tensor: SymbolicTensor): number[];
}

/** A convolution or matrix product with a constant, and the ops behind it: `activation(product + bias + addend)`. */
interface Chain {
  readonly product: SymbolicTensor;
  readonly bias: SymbolicTensor;
  readonly addend?: SymbolicTensor;
  /** Ops between the sum and the activation, the last first. They select elements, so the activation may run before them. */
  readonly selections: readonly SymbolicTensor[];
  readonly activation?: string;
  /** The zero padding before a convolution, if nothing else uses it. */
  readonly pad?: SymbolicTensor;
  /** The outputs of the nodes that the fused op replaces. */
  readonly inner: readonly SymbolicTensor[];
}

/** oneDNN's fused op for each of TensorFlow's: it adds a bias and more in the same pass, and reorders a constant filter once. */
const fusedOps: ReadonlyMap<string, string> = new Map([
  ["Conv2D", "_MklNativeFusedConv2D"],
  ["DepthwiseConv2dNative", "_MklNativeFusedDepthwiseConv2dNative"],
  ["MatMul", "_MklNativeFusedMatMul"],
]);
const activations: ReadonlySet<string> = new Set(["Relu", "Relu6"]);
const selectionOps: ReadonlySet<string> = new Set(["MaxPool", "PadV2"]);
const elementTypes: ReadonlySet<number> = new Set([dataTypes.float32, dataTypes.bfloat16]);

/**
 * Replaces convolutions and products and the ops behind them by oneDNN's fused ops, as TensorFlow's optimizers (grappler's remapper
 * and the rewrite pass for oneDNN) do in a graph that holds its weights.
 *
 * @returns the tensors in the rewritten graph
 */
export function fuse(graph: Graph, tensors: readonly SymbolicTensor[], constants: ConstantInfo): SymbolicTensor[] {
  const chains = findChains(graph, tensors, constants);
  return rewrite(graph, tensors, ([{ operation }], substitute) => {
    const chain = chains.get(operation);
    return chain && [append(graph, chain, constants, substitute)];
  });
}

/** Finds the chains, by their last nodes. It starts at the last node of the graph, where the longest chains end. */
function findChains(
  graph: Graph,
  tensors: readonly SymbolicTensor[],
  constants: ConstantInfo,
): Map<Deno.PointerObject, Chain> {
  const nodes = ancestors(graph, tensors), uses = countUses(nodes, tensors);
  const isSole = ({ operation }: SymbolicTensor) => uses.get(operation) === 1;
  const chains = new Map<Deno.PointerObject, Chain>(), taken = new Set<Deno.PointerObject>();
  for (const [last] of nodes.toReversed()) {
    const chain = taken.has(last.operation) ? undefined : chainTo(last, isSole, constants);
    if (!chain) continue;
    chains.set(last.operation, chain);
    for (const { operation } of chain.inner) taken.add(operation);
  }
  return chains;
}

/** Returns the chain that ends in a tensor. `isSole` tells whether a tensor is used only once. */
function chainTo(
  last: SymbolicTensor,
  isSole: (tensor: SymbolicTensor) => boolean,
  constants: ConstantInfo,
): Chain | undefined {
  const inner: SymbolicTensor[] = [], selections: SymbolicTensor[] = [];
  /** Returns an input of a tensor that nothing else uses. It looks through a reshape to the same shape. */
  const before = (tensor: SymbolicTensor, index = 0): SymbolicTensor | undefined => {
    const input = tensor.nodeDef.inputs[index];
    if (!input || !isSole(input)) return undefined;
    inner.push(input);
    return isSameShape(input) ? before(input) : input;
  };
  let at: SymbolicTensor | undefined = last, activation: string | undefined;
  if (activations.has(last.op)) {
    activation = last.op;
    for (at = before(last); at && selectionOps.has(at.op); at = before(at)) selections.push(at);
  }
  if (!at || !elementTypes.has(at.dtype)) return undefined;
  const rest = { activation, selections };
  if (at.op === "AddV2") {
    const sum = at, length = inner.length;
    for (const index of [0, 1]) {
      inner.length = length;
      const addend = sum.nodeDef.inputs[1 - index], term = before(sum, index);
      const biased = term && `${addend.shape}` === `${term.shape}` ? biasedProduct(term) : undefined;
      if (biased) return { ...biased, ...rest, addend, inner };
    }
    return undefined;
  }
  const biased = biasedProduct(at);
  return biased && { ...biased, ...rest, inner };

  function biasedProduct(sum: SymbolicTensor): Pick<Chain, "product" | "bias" | "pad"> | undefined {
    if (sum.op !== "BiasAdd") return undefined;
    const product = before(sum), bias = sum.nodeDef.inputs[1];
    if (!product || !fusedOps.has(product.op) || !constants.isConstant(product.nodeDef.inputs[1])) return undefined;
    if (attributeOf(product, "transpose_a") === true) return undefined;
    const isPadded = product.op === "Conv2D" && product.nodeDef.inputs[0].op === "Pad" &&
      attributeOf(product, "padding") === "VALID";
    return { product, bias, pad: isPadded ? before(product) : undefined };
  }
}

/** Appends the fused op of a chain. */
function append(graph: Graph, chain: Chain, constants: ConstantInfo, substitute: Substitute): SymbolicTensor {
  const { product, bias, addend, selections, activation, pad } = chain;
  const { dtype, nodeDef: { attributes, inputs: [x, filter] } } = product;
  const args = addend ? [substitute(bias), substitute(addend)] : [substitute(bias)];
  const fusedNames = ["BiasAdd", ...addend ? ["Add"] : [], ...activation ? [activation] : []];
  const given = pad ? attributes.filter(({ name }) => name !== "padding") : attributes;
  const isImage = product.op === "Conv2D";
  const fused = graph.addFused(
    fusedOps.get(product.op) ?? product.op,
    [
      ...given,
      ...pad ? explicitPadding(constants.integersOf(pad.nodeDef.inputs[1])) : [],
      ...isImage
        ? [
          { name: "TArgs", type: attributeKinds.type, value: args.map(() => dtype) },
          attribute.int("num_host_args", 0),
        ]
        : [],
      attribute.int("num_args", args.length),
      attribute.bool("is_filter_const", true),
      attribute.string("_kernel", "MklNameChangeOp"), // distinguishes these kernels from those in oneDNN's layouts
    ],
    fusedNames,
    [substitute(pad ? pad.nodeDef.inputs[0] : x), substitute(filter), args, ...isImage ? [[]] : []],
    product.shape,
  );
  return selections.reduceRight((selected, selection) => {
    const [, ...others] = selection.nodeDef.inputs.map(substitute);
    const type = attribute.type("T", dtype);
    // the activation of the value that it pads with
    const padding = selection.op === "PadV2" && activation
      ? [others[0], graph.addNode(activation, [type], [others[1]], 1)[0]]
      : others;
    return graph.copyNode([selection], [selected, ...padding], [])[0];
  }, fused);
}

const explicitPadding = (pads: readonly number[]) => [
  attribute.string("padding", "EXPLICIT"),
  attribute.int("explicit_paddings", [...pads]),
];

const isSameShape = ({ op, shape, nodeDef: { inputs } }: SymbolicTensor) =>
  op === "Reshape" && `${shape}` === `${inputs[0].shape}`;

const attributeOf = ({ nodeDef: { attributes } }: SymbolicTensor, name: string) =>
  attributes.find((attribute) => attribute.name === name)?.value;
