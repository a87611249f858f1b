import { isNumbers } from "../../ops/native.ts";
import type { Node } from "../graph.ts";

/**
 * Returns an attribute that is a number, or `absent`.
 *
 * @throws {TypeError} if there is neither
 */
export function number(node: Node, name: string, absent?: number): number {
  const value = node.attributes.get(name)?.value ?? absent;
  return typeof value === "number" ? value : missing(node, name);
}

/**
 * Returns an attribute that is a list of integers, or `absent`.
 *
 * @throws {TypeError} if there is neither
 */
export function numbers(node: Node, name: string, absent?: readonly number[]): readonly number[] {
  const value = node.attributes.get(name)?.value;
  if (value === undefined) return absent ?? missing(node, name);
  return isNumbers(value) ? value : missing(node, name);
}

/**
 * Returns an attribute that is a text.
 *
 * @throws {TypeError} if there is none
 */
export function text(node: Node, name: string): string {
  const value = node.attributes.get(name)?.value;
  return typeof value === "string" ? value : missing(node, name);
}

/** Whether an attribute is true; an absent one is false. */
export function flag(node: Node, name: string): boolean {
  return node.attributes.get(name)?.value === true;
}

function missing({ name, op }: Node, attribute: string): never {
  throw new TypeError(`the ${op} ${name} has no attribute ${attribute}`);
}
