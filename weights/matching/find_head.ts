import { prefixesOf } from "./prefixes.ts";

/** The usual names of the last layer in a classifier that people assemble themselves. */
const commonNames = ["fc", "classifier", "head", "linear", "last_linear"] as const;

/** The place of a model's last layer in a file, where it is not under the name that the library gives it. */
export interface HeadLocation {
  /** The name of the layer in the file, such as `fc.1`. */
  readonly module: string;
  /** The names of its tensors in the file, by the names that the library gives them. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Finds a head that is not under the library's name: a dense layer alone in a Sequential (`fc.1.weight`,
 * `classifier.0.weight`), a dense layer where the library has a Sequential, or a layer beside the backbone
 * (`backbone.…`, `head.weight`).
 *
 * @param names the names of all tensors in the file
 * @param prefix the prefix of the model's names in the file
 * @param head the names of the head without the prefix, `fc.weight` and `fc.bias`
 * @param isBody whether a name in the file is that of another weight of the model
 * @returns undefined where the head is under the library's name, is missing, or is ambiguous
 */
export function findHead(
  names: readonly string[],
  prefix: string,
  head: readonly string[],
  isBody: (name: string) => boolean,
): HeadLocation | undefined {
  const all = new Set(names);
  const [own, ...others] = new Set(head.map((name) => name.slice(0, name.lastIndexOf("."))));
  if (own === undefined || others.length > 0 || head.some((name) => all.has(prefix + name))) return;
  const leaves = head.map((name) => name.slice(own.length + 1));
  const container = own.slice(0, Math.max(own.lastIndexOf("."), 0));
  const modules = new Set([own, ...container === "" ? [] : [container], ...commonNames]);
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
