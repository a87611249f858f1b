import { prefixesOf } from "./spelling.ts";

/** What people call the last layer of a classifier that they put together themselves. */
const words = ["fc", "classifier", "head", "linear", "last_linear"] as const;

/** Where a file has a model's last layer, in place of where the model's own library has it. */
export interface FoundHead {
  /** `fc.1`, as the file has it. */
  readonly module: string;
  /** By the name that it should have. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Finds a head that is not where its library has it: a dense layer alone in a Sequential (`fc.1.weight`, `classifier.0.weight`), bare
 * where the library has a Sequential, or beside the backbone (`backbone.…`, `head.weight`).
 *
 * @param names of all tensors in the file
 * @param prefix that the model's names have there
 * @param head the names of the head without it, `fc.weight` and `fc.bias`
 * @param isBody whether a name of the file is that of another weight of the model
 * @returns undefined where it is in its place, or there is none, or there is more than one
 */
export function findHead(
  names: readonly string[],
  prefix: string,
  head: readonly string[],
  isBody: (name: string) => boolean,
): FoundHead | undefined {
  const all = new Set(names);
  const [own, ...others] = new Set(head.map((name) => name.slice(0, name.lastIndexOf("."))));
  if (own === undefined || others.length > 0 || head.some((name) => all.has(prefix + name))) return;
  const leaves = head.map((name) => name.slice(own.length + 1));
  const container = own.slice(0, Math.max(own.lastIndexOf("."), 0));
  const modules = new Set([own, ...container === "" ? [] : [container], ...words]);
  for (const level of [...prefixesOf(prefix)].reverse()) {
    const found = Array.from(modules, (module) => {
      const base = `${level}${module}.`;
      const inside = names.filter((name) => name.startsWith(base) && !isBody(name));
      const [middle, ...more] = new Set(
        inside.map((name) => name.slice(base.length, Math.max(name.lastIndexOf(".") + 1, base.length))),
      );
      const layer = `${base}${middle}`;
      if (middle === undefined || more.length > 0 || inside.length !== leaves.length) return [];
      if (!leaves.every((leaf) => all.has(layer + leaf))) return [];
      return [{
        module: layer.replace(/\.$/, ""),
        names: new Map(leaves.map((leaf) => [`${own}.${leaf}`, layer + leaf])),
      }];
    }).flat();
    // A layer in a Sequential is found under its own name and under the Sequential's.
    if (found.length > 0) return new Set(found.map(({ module }) => module)).size === 1 ? found[0] : undefined;
  }
  return undefined;
}
