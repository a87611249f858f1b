import { UserError } from "../../errors.ts";
import { dataTypes } from "../../runtime/ffi/data_type.ts";
import { type Constant, int64Vector, transposed } from "../constant.ts";
import type { Node, Value } from "../graph.ts";
import type { Message } from "../../formats/protobuf/writer.ts";
import { elementType, nodeMessage, type OnnxAttribute, tensorMessage } from "./messages.ts";

/** An ONNX tensor: a tensor of TensorFlow in its own layout, or `[N, H, W, C]` as `[N, C, H, W]`. */
export interface OnnxTensor {
  readonly name: string;
  readonly channelsFirst: boolean;
}

/** Converts an op to ONNX and returns its outputs. */
export type Conversion = (node: Node, emitter: Emitter) => OnnxTensor | readonly OnnxTensor[];

/** The position of each axis of `[N, H, W, C]` in `[N, C, H, W]`. */
export const channelsFirstAxis = [0, 2, 3, 1] as const;

/** The position of each axis of `[N, C, H, W]` in `[N, H, W, C]`. */
export const toChannelsFirst = [0, 3, 1, 2] as const;

/**
 * An ONNX graph under construction. A tensor is converted when an op first uses it, in the layout that its own op gives it, and is
 * transposed only for an op that needs the other layout: convolutions and the ops between them stay channels first.
 */
export class Emitter {
  /** NodeProtos, in topological order. */
  readonly nodes: Message[] = [];
  /** TensorProtos. */
  readonly initializers: Message[] = [];
  readonly #conversions: Readonly<Record<string, Conversion>>;
  readonly #made = new Map<Node, readonly OnnxTensor[]>();
  readonly #variants = new Map<string, string>();
  readonly #names = new Set<string>();

  constructor(conversions: Readonly<Record<string, Conversion>>) {
    this.#conversions = conversions;
  }

  /** Adds the graph's input: images, channels first. */
  input({ node }: Value, name: string): void {
    this.#names.add(name);
    this.#made.set(node, [{ name, channelsFirst: true }]);
  }

  /** Returns a tensor in the layout that its op gives it. */
  tensor({ node, index }: Value): OnnxTensor {
    let outputs = this.#made.get(node);
    if (!outputs) {
      const made = this.#convert(node);
      this.#made.set(node, outputs = "name" in made ? [made] : made);
    }
    return outputs[index];
  }

  /** Returns a tensor in TensorFlow's layout. */
  channelsLast(value: Value): string {
    const { name, channelsFirst } = this.tensor(value);
    return channelsFirst ? this.#transposed(name, channelsFirstAxis) : name;
  }

  /** Returns `[N, H, W, C]` as `[N, C, H, W]`. A constant of fewer axes gets the axes that broadcasting would add. */
  channelsFirst(value: Value): string {
    const { constant, name } = value.node;
    if (constant) {
      if (constant.shape.length === 0) return this.channelsLast(value);
      const shape = [...new Array(4 - constant.shape.length).fill(1), ...constant.shape];
      return this.constant(name, transposed({ ...constant, shape }, toChannelsFirst), "channels_first");
    }
    const placed = this.tensor(value);
    return placed.channelsFirst ? placed.name : this.#transposed(placed.name, toChannelsFirst);
  }

  /** Returns sizes, axes or indices as a vector of int64, as ONNX takes them. */
  sizes(value: Value): string {
    const { constant, name } = value.node;
    if (constant) return this.constant(name, int64Vector(this.integers(value)), "int64");
    return this.add(`${name}/Cast`, "Cast", [this.channelsLast(value)], { to: elementType(dataTypes.int64) });
  }

  /**
   * Returns the values of a constant of integers.
   *
   * @throws {UserError} for sizes that depend on the batch
   */
  integers({ node }: Value): number[] {
    if (node.constant) return [...node.constant.values()].map(Number);
    throw new UserError(`a size that depends on the batch, ${node.name}, cannot be exported to ONNX here`, {
      remedy: "Export it with --format savedmodel",
    });
  }

  /** Returns the initializer of a constant, one for each name and variant. */
  constant(name: string, constant: Constant, variant = ""): string {
    const key = `${name}\n${variant}`;
    let own = this.#variants.get(key);
    if (own === undefined) {
      this.#variants.set(key, own = this.#unique(name));
      this.initializers.push(tensorMessage(own, constant));
    }
    return own;
  }

  /** Returns an initializer with a vector of int64. */
  int64Vector(values: readonly number[]): string {
    return this.constant(`int64/${values.join("_")}`, int64Vector(values));
  }

  /** Appends a node and returns its only output. */
  add(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    return this.addAll(name, op, inputs, attributes, 1)[0];
  }

  /** Appends a node and returns its outputs. */
  addAll(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    numOutputs: number,
  ): string[] {
    const own = this.#unique(name);
    const outputs = [own, ...Array.from({ length: numOutputs - 1 }, (_, i) => this.#unique(`${own}:${i + 1}`))];
    this.nodes.push(nodeMessage(own, op, inputs, outputs, attributes));
    return outputs;
  }

  #convert(node: Node): OnnxTensor | readonly OnnxTensor[] {
    if (node.constant) return { name: this.constant(node.name, node.constant), channelsFirst: false };
    if (Object.hasOwn(this.#conversions, node.op)) return this.#conversions[node.op](node, this);
    throw new UserError(`there is no conversion to ONNX of TensorFlow's op ${node.op} (${node.name})`, {
      remedy: "Export the model with --format savedmodel, which holds every op",
    });
  }

  #transposed(name: string, axes: readonly number[]): string {
    const key = `${name}\n${axes}`;
    const own = this.#variants.get(key) ?? this.add(`${name}/Transpose`, "Transpose", [name], { perm: axes });
    this.#variants.set(key, own);
    return own;
  }

  #unique(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }
}
