import { keyOf } from "../tables/identifiers.ts";

/** How the names of a list were found among a table's images. */
export interface MatchedNames {
  readonly images: ReadonlySet<string>;
  /** Names that are in the table in another form, which is how lists often have them. */
  readonly adapted: readonly { readonly name: string; readonly image: string }[];
  /** Names that the table does not have. */
  readonly unknown: readonly string[];
}

/**
 * Finds the names of lists among a table's images: as they are, else by the last part of a path, by the first column where the lists
 * have several (`00000013_000.png 0 1 0`), or without the file's ending, where that means one image alone. The table may have paths, or no endings, too.
 */
export function nameMatcher(images: ReadonlySet<string>): (names: readonly string[]) => MatchedNames {
  const byName = new Map<string, string | undefined>(), byStem = new Map<string, string | undefined>();
  for (const image of images) {
    const name = lastPart(image), stem = name.replace(/\.[^.]+$/, "");
    byName.set(name, byName.has(name) ? undefined : image);
    byStem.set(stem, byStem.has(stem) ? undefined : image);
  }
  const find = (name: string) => {
    const forms = [name, lastPart(name), ...[firstColumn(name)].flatMap((column) => [column, lastPart(column)])];
    const others = forms.flatMap((form) =>
      byName.get(form) ?? byStem.get(form) ?? byName.get(withoutEnding(form)) ?? []
    );
    return forms.find((form) => images.has(form)) ?? others[0];
  };
  return (names) => {
    const found = new Set<string>(), adapted: { name: string; image: string }[] = [], unknown: string[] = [];
    for (const name of names.map(keyOf)) {
      const image = find(name);
      if (image === undefined) unknown.push(name);
      else found.add(image);
      if (image !== undefined && image !== name) adapted.push({ name, image });
    }
    return { images: found, adapted, unknown };
  };
}

const lastPart = (path: string) => path.split(/[/\\]/).at(-1) ?? path;
const withoutEnding = (name: string) => name.replace(/\.(png|jpe?g)$/i, "");
const firstColumn = (line: string) => line.split(/[\s,;]/)[0];
