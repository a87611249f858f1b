import { type Attribute, attribute } from "../ops/native.ts";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import { type Constant, int32Vector } from "./constant.ts";
import type { Node, Value } from "./graph.ts";

/** The shape and element type of a tensor. */
export type Signature = Pick<Value, "shape" | "dtype">;

/** An inference graph under construction. */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly #names: Set<string>;

  /** Nodes that {@linkcode GraphBuilder.add} names never get a `reserved` name. */
  constructor(reserved: readonly string[]) {
    this.#names = new Set(reserved);
  }

  /** Appends a node under the wanted name, or under that name with a number. */
  add(
    wanted: string,
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Value[],
    constant?: Constant,
  ): Node {
    return this.append({
      name: this.#unique(wanted),
      op,
      attributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
      inputs,
      constant,
    });
  }

  /** Appends a node under its own name. */
  append(node: Node): Node {
    this.nodes.push(node);
    return node;
  }

  /** Appends a constant. */
  constant(wanted: string, constant: Constant): Value {
    const { shape, dtype } = constant;
    const node = this.add(wanted, "Const", [attribute.type("dtype", dtype)], [], constant);
    return { node, index: 0, shape, dtype };
  }

  /** Appends the computation of the sizes `offsets + slopes · N`, where N is the batch size, the first axis of `images`. */
  sizes(offsets: readonly number[], slopes: readonly number[], images: Value): Value {
    const int32 = (name: string) => attribute.type(name, dataTypes.int32);
    const vector = (op: string, attributes: readonly Attribute[], inputs: readonly Value[], size: number) =>
      this.#output(this.add(`batch/${op}`, op, attributes, inputs), { shape: [size], dtype: dataTypes.int32 });
    const list = (values: readonly number[]) => this.constant("batch/Const", int32Vector(values));
    const shape = vector(
      "Shape",
      [attribute.type("T", images.dtype), int32("out_type")],
      [images],
      images.shape.length,
    );
    const size = vector("Slice", [int32("T"), int32("Index")], [shape, list([0]), list([1])], 1);
    const grown = vector("Mul", [int32("T")], [size, list(slopes)], slopes.length);
    return vector("AddV2", [int32("T")], [grown, list(offsets)], offsets.length);
  }

  #output(node: Node, signature: Signature): Value {
    return { node, index: 0, ...signature };
  }

  #unique(wanted: string): string {
    const base = wanted.replace(/[^\w.\-/]/g, "_").replace(/^[^A-Za-z0-9.]/, ".$&"); // what TensorFlow allows in names
    let name = base;
    for (let i = 1; this.#names.has(name); i++) name = `${base}_${i}`;
    this.#names.add(name);
    return name;
  }
}
