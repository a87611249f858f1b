import { isNumbers } from "../../ops/native.ts";
import type { Node } from "../inference_graph.ts";

/** A node's attribute that is a number, or a number of its own where it has none. */
export function number(node: Node, name: string, absent?: number): number {
  const value = node.attributes.get(name)?.value ?? absent;
  return typeof value === "number" ? value : missing(node, name);
}

/** A list of integers. */
export function numbers(node: Node, name: string, absent?: readonly number[]): readonly number[] {
  const value = node.attributes.get(name)?.value;
  if (value === undefined) return absent ?? missing(node, name);
  return isNumbers(value) ? value : missing(node, name);
}

export function text(node: Node, name: string): string {
  const value = node.attributes.get(name)?.value;
  return typeof value === "string" ? value : missing(node, name);
}

/** A switch, off where it is absent. */
export function flag(node: Node, name: string): boolean {
  return node.attributes.get(name)?.value === true;
}

function missing({ name, op }: Node, attribute: string): never {
  throw new TypeError(`the ${op} ${name} has no attribute ${attribute}`);
}
