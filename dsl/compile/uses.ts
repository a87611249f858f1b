import { childOf, type Leaf, type Tree } from "./tree.ts";

/** A value on its way through the model: the layer that computes it and every reader of it. */
export interface Value {
  /** The layer that computes the value; absent for the model's input and for what a combinator merges. */
  readonly maker?: Leaf;
  /** The layers that read the value; `"other"` is a merge in a combinator, or the model's output. */
  readonly readers: readonly (Leaf | "other")[];
}

/**
 * Lists every value of a model, in the order in which they are computed: `wire` is asked, as it is for shapes and
 * tensors.
 */
export function valuesOf(tree: Tree): readonly Value[] {
  const values: { maker?: Leaf; readers: (Leaf | "other")[] }[] = [];
  const add = (maker?: Leaf) => values[values.push({ maker, readers: [] }) - 1];
  type Open = typeof values[number];
  const walk = (tree: Tree, value: Open): Open => {
    if ("layer" in tree) {
      value.readers.push(tree);
      return add(tree);
    }
    return tree.combinator.wire<Open>(tree.spec, value, {
      child: (name, value) => walk(childOf(tree.children, name, tree), value),
      join: (_, values) => {
        for (const { readers } of values) readers.push("other");
        return add();
      },
    });
  };
  walk(tree, add()).readers.push("other"); // the model's output
  return values;
}

/** The layers that are the only readers of what another layer computes: each beside that other layer. */
export function chainedPairs(tree: Tree): readonly (readonly [maker: Leaf, reader: Leaf])[] {
  return valuesOf(tree).flatMap(({ maker, readers: [reader, ...others] }) =>
    maker && reader && reader !== "other" && others.length === 0 ? [[maker, reader] as const] : []
  );
}
