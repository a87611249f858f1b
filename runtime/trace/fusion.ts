import { attribute, attributeKinds } from "../../ops/native.ts";
import { dataTypes } from "../ffi/data_type.ts";
import type { Graph, Symbolic } from "./graph.ts";
import { countUses, nodesBehind, type Now, rewrite } from "./rewrite.ts";

/** What fusion must know of the tensors of a graph. */
export interface Facts {
  /** Whether every call finds the same values. */
  isConstant(tensor: Symbolic): boolean;
  /** The values of a constant of whole numbers. */
  integersOf(tensor: Symbolic): number[];
}

/** A product with a constant, and what is done to it next: `activation(product + bias + addend)`. */
interface Chain {
  readonly product: Symbolic;
  readonly bias: Symbolic;
  readonly addend?: Symbolic;
  /** Between the sum and the activation, the last first. They choose among elements, so that the activation may go before them. */
  readonly choices: readonly Symbolic[];
  readonly activation?: string;
  /** Zeros around the images of a convolution, which nothing else asks for. */
  readonly pad?: Symbolic;
  /** What the nodes make that are not needed any more. */
  readonly inner: readonly Symbolic[];
}

/** By TensorFlow's op oneDNN's, which adds a bias and more in the same pass, and lays a constant filter or matrix out once as it likes it. */
const fusedOps: ReadonlyMap<string, string> = new Map([
  ["Conv2D", "_MklNativeFusedConv2D"],
  ["DepthwiseConv2dNative", "_MklNativeFusedDepthwiseConv2dNative"],
  ["MatMul", "_MklNativeFusedMatMul"],
]);
const activations: ReadonlySet<string> = new Set(["Relu", "Relu6"]);
const choiceOps: ReadonlySet<string> = new Set(["MaxPool", "PadV2"]);
const elementTypes: ReadonlySet<number> = new Set([dataTypes.float32, dataTypes.bfloat16]);

/**
 * Makes tensors of a graph anew by oneDNN's fused ops: what TensorFlow's optimizers (grappler's remapper and the pass that rewrites
 * for oneDNN) would do to a graph that holds its weights.
 */
export function fuse(graph: Graph, tensors: readonly Symbolic[], facts: Facts): Symbolic[] {
  const chains = findChains(graph, tensors, facts);
  return rewrite(graph, tensors, ([{ operation }], now) => {
    const chain = chains.get(operation);
    return chain && [append(graph, chain, facts, now)];
  });
}

/** Chains by their last nodes. The later the node the longer the chain: those are looked for first. */
function findChains(graph: Graph, tensors: readonly Symbolic[], facts: Facts): Map<Deno.PointerObject, Chain> {
  const nodes = nodesBehind(graph, tensors), uses = countUses(nodes, tensors);
  const isSole = ({ operation }: Symbolic) => uses.get(operation) === 1;
  const chains = new Map<Deno.PointerObject, Chain>(), taken = new Set<Deno.PointerObject>();
  for (const [last] of nodes.toReversed()) {
    const chain = taken.has(last.operation) ? undefined : chainTo(last, isSole, facts);
    if (!chain) continue;
    chains.set(last.operation, chain);
    for (const { operation } of chain.inner) taken.add(operation);
  }
  return chains;
}

/** The chain that ends in a tensor. `isSole` says whether nothing else asks for what is between. */
function chainTo(last: Symbolic, isSole: (tensor: Symbolic) => boolean, facts: Facts): Chain | undefined {
  const inner: Symbolic[] = [], choices: Symbolic[] = [];
  /** What a tensor is made of first, where only that asks for it; a reshaping to the same shape is nothing. */
  const before = (tensor: Symbolic, index = 0): Symbolic | undefined => {
    const input = tensor.recipe.inputs[index];
    if (!input || !isSole(input)) return undefined;
    inner.push(input);
    return isSameShape(input) ? before(input) : input;
  };
  let at: Symbolic | undefined = last, activation: string | undefined;
  if (activations.has(last.op)) {
    activation = last.op;
    for (at = before(last); at && choiceOps.has(at.op); at = before(at)) choices.push(at);
  }
  if (!at || !elementTypes.has(at.dtype)) return undefined;
  const rest = { activation, choices };
  if (at.op === "AddV2") {
    const sum = at, kept = inner.length;
    for (const index of [0, 1]) {
      inner.length = kept;
      const addend = sum.recipe.inputs[1 - index], term = before(sum, index);
      const biased = term && `${addend.shape}` === `${term.shape}` ? biasedProduct(term) : undefined;
      if (biased) return { ...biased, ...rest, addend, inner };
    }
    return undefined;
  }
  const biased = biasedProduct(at);
  return biased && { ...biased, ...rest, inner };

  function biasedProduct(sum: Symbolic): Pick<Chain, "product" | "bias" | "pad"> | undefined {
    if (sum.op !== "BiasAdd") return undefined;
    const product = before(sum), bias = sum.recipe.inputs[1];
    if (!product || !fusedOps.has(product.op) || !facts.isConstant(product.recipe.inputs[1])) return undefined;
    if (attributeOf(product, "transpose_a") === true) return undefined;
    const isPadded = product.op === "Conv2D" && product.recipe.inputs[0].op === "Pad" &&
      attributeOf(product, "padding") === "VALID";
    return { product, bias, pad: isPadded ? before(product) : undefined };
  }
}

/** Appends the op of a chain. */
function append(graph: Graph, chain: Chain, facts: Facts, now: Now): Symbolic {
  const { product, bias, addend, choices, activation, pad } = chain;
  const { dtype, recipe: { attributes, inputs: [x, filter] } } = product;
  const args = addend ? [now(bias), now(addend)] : [now(bias)];
  const further = ["BiasAdd", ...addend ? ["Add"] : [], ...activation ? [activation] : []];
  const given = pad ? attributes.filter(({ name }) => name !== "padding") : attributes;
  const isImage = product.op === "Conv2D";
  const fused = graph.addFused(
    fusedOps.get(product.op) ?? product.op,
    [
      ...given,
      ...pad ? explicitPadding(facts.integersOf(pad.recipe.inputs[1])) : [],
      ...isImage
        ? [
          { name: "TArgs", type: attributeKinds.type, value: args.map(() => dtype) },
          attribute.int("num_host_args", 0),
        ]
        : [],
      attribute.int("num_args", args.length),
      attribute.bool("is_filter_const", true),
      attribute.string("_kernel", "MklNameChangeOp"), // how TensorFlow tells these kernels from those in oneDNN's layouts
    ],
    further,
    [now(pad ? pad.recipe.inputs[0] : x), now(filter), args, ...isImage ? [[]] : []],
    product.shape,
  );
  return choices.reduceRight((chosen, choice) => {
    const [, ...others] = choice.recipe.inputs.map(now);
    const type = attribute.type("T", dtype);
    // the value that it pads with, as the activation would have left it
    const padding = choice.op === "PadV2" && activation
      ? [others[0], graph.addNode(activation, [type], [others[1]], 1)[0]]
      : others;
    return graph.again([choice], [chosen, ...padding], [])[0];
  }, fused);
}

const explicitPadding = (pads: readonly number[]) => [
  attribute.string("padding", "EXPLICIT"),
  attribute.int("explicit_paddings", [...pads]),
];

const isSameShape = ({ op, shape, recipe: { inputs } }: Symbolic) =>
  op === "Reshape" && `${shape}` === `${inputs[0].shape}`;

const attributeOf = ({ recipe: { attributes } }: Symbolic, name: string) =>
  attributes.find((attribute) => attribute.name === name)?.value;
