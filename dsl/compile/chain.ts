import { stackCombinator } from "../combinators/stack.ts";
import { type Branch, childOf, type Tree } from "./tree.ts";

/** Lists the parts that run one after another, those of nested stacks and repeats included. */
export function chainOf(tree: Tree): readonly Tree[] {
  if ("layer" in tree) return [tree];
  const parts: Tree[] = [];
  let isChain = true;
  const end = tree.combinator.wire<number>(tree.spec, 0, {
    child(name, value) {
      isChain &&= value === parts.length;
      return parts.push(childOf(tree.children, name, tree));
    },
    join: () => -1,
  });
  return isChain && end === parts.length ? parts.flatMap(chainOf) : [tree];
}

/** Makes a stack of such parts, which keep their paths. */
export function stackOf(parts: readonly Tree[]): Branch {
  const [{ path, input }] = parts, { output } = parts[parts.length - 1], { type } = stackCombinator;
  const spec = { type, children: parts.map(({ spec }, i) => [String(i), spec]) };
  const children = new Map(parts.map((part, i) => [String(i), part]));
  return { path, type, spec, input, output, combinator: stackCombinator, children };
}
