import { mapValues } from "../../map_values.ts";
import type { Node } from "../graph.ts";
import { number } from "./attributes.ts";
import type { Conversion, Emitter, OnnxTensor } from "./emitter.ts";
import { elementType, type OnnxAttribute } from "./messages.ts";

/** Elementwise ops of one tensor, and the names of the same ops in ONNX. */
const unary = {
  Abs: "Abs",
  Ceil: "Ceil",
  Cos: "Cos",
  Erf: "Erf",
  Exp: "Exp",
  Floor: "Floor",
  Log: "Log",
  LogicalNot: "Not",
  Neg: "Neg",
  Reciprocal: "Reciprocal",
  Relu: "Relu",
  Round: "Round",
  Selu: "Selu",
  Sigmoid: "Sigmoid",
  Sign: "Sign",
  Sin: "Sin",
  Softplus: "Softplus",
  Softsign: "Softsign",
  Sqrt: "Sqrt",
  Tanh: "Tanh",
  Elu: "Elu",
} as const;

/** Elementwise ops of two or more tensors, which broadcast. */
const broadcast = {
  Add: "Add",
  AddV2: "Add",
  AddN: "Sum",
  Equal: "Equal",
  Greater: "Greater",
  GreaterEqual: "GreaterOrEqual",
  Less: "Less",
  LessEqual: "LessOrEqual",
  LogicalAnd: "And",
  LogicalOr: "Or",
  Maximum: "Max",
  Minimum: "Min",
  Mul: "Mul",
  Pow: "Pow",
  RealDiv: "Div",
  Select: "Where",
  SelectV2: "Where",
  Sub: "Sub",
} as const;

/** Conversions of elementwise ops, which keep the layout of their inputs. */
export const pointwiseConversions: Readonly<Record<string, Conversion>> = {
  ...mapValues(unary, (op): Conversion => (node, emitter) => apply(node, emitter, op)),
  ...mapValues(broadcast, (op): Conversion => (node, emitter) => {
    const { inputs, channelsFirst } = inOneLayout(node, emitter);
    return { name: emitter.add(node.name, op, inputs), channelsFirst };
  }),
  Identity: ({ inputs: [x] }, emitter) => emitter.tensor(x),
  LeakyRelu: (node, emitter) => apply(node, emitter, "LeakyRelu", { alpha: { float: number(node, "alpha", 0.2) } }),
  Cast: (node, emitter) => apply(node, emitter, "Cast", { to: elementType(number(node, "DstT")) }),
  Relu6(node, emitter) {
    const { name, channelsFirst } = emitter.tensor(node.inputs[0]);
    const [low, high] = [0, 6].map((value) =>
      emitter.constant(`float/${value}`, { shape: [], dtype: 1, values: () => Float32Array.of(value) })
    );
    return { name: emitter.add(node.name, "Clip", [name, low, high]), channelsFirst };
  },
  Rsqrt(node, emitter) {
    const { name, channelsFirst } = emitter.tensor(node.inputs[0]);
    const root = emitter.add(`${node.name}/Sqrt`, "Sqrt", [name]);
    return { name: emitter.add(node.name, "Reciprocal", [root]), channelsFirst };
  },
  Square(node, emitter) {
    const { name, channelsFirst } = emitter.tensor(node.inputs[0]);
    return { name: emitter.add(node.name, "Mul", [name, name]), channelsFirst };
  },
  SquaredDifference(node, emitter) {
    const { inputs, channelsFirst } = inOneLayout(node, emitter);
    const difference = emitter.add(`${node.name}/Sub`, "Sub", inputs);
    return { name: emitter.add(node.name, "Mul", [difference, difference]), channelsFirst };
  },
};

/** Adds an elementwise op of one tensor. */
function apply(
  node: Node,
  emitter: Emitter,
  op: string,
  attributes?: Readonly<Record<string, OnnxAttribute>>,
): OnnxTensor {
  const { name, channelsFirst } = emitter.tensor(node.inputs[0]);
  return { name: emitter.add(node.name, op, [name], attributes), channelsFirst };
}

/** Brings the inputs into one layout: channels first if one of them is and all others can be. */
function inOneLayout(node: Node, emitter: Emitter): { inputs: string[]; channelsFirst: boolean } {
  const can = node.inputs.every(({ shape, node }) =>
    shape.length === 4 || shape.length < 4 && node.constant !== undefined
  );
  const channelsFirst = can && node.inputs.some((value) => emitter.tensor(value).channelsFirst);
  const inputs = node.inputs.map((value) => channelsFirst ? emitter.channelsFirst(value) : emitter.channelsLast(value));
  return { inputs, channelsFirst };
}
