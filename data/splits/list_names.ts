import { normalizeKey } from "../tables/keys.ts";

/** The images that the names of a list stand for. */
export interface NameMatches {
  readonly images: ReadonlySet<string>;
  /** Names that the table has in another form, as it often happens. */
  readonly adapted: readonly { readonly name: string; readonly image: string }[];
  /** Names that the table lacks. */
  readonly unknown: readonly string[];
}

/**
 * Makes a function that finds the names of lists among a table's images: as they are, else by the last part of a path, by the first
 * column where a list has several (`00000013_000.png 0 1 0`), or without the file's extension, where that means one image alone.
 * The table too may have paths, or no extensions.
 */
export function nameMatcher(images: ReadonlySet<string>): (names: readonly string[]) => NameMatches {
  const byName = new Map<string, string | undefined>(), byStem = new Map<string, string | undefined>();
  for (const image of images) {
    const name = lastPart(image), stem = name.replace(/\.[^.]+$/, "");
    byName.set(name, byName.has(name) ? undefined : image);
    byStem.set(stem, byStem.has(stem) ? undefined : image);
  }
  const find = (name: string) => {
    const column = firstColumn(name), forms = [name, lastPart(name), column, lastPart(column)];
    const others = forms.flatMap((form) =>
      byName.get(form) ?? byStem.get(form) ?? byName.get(withoutExtension(form)) ?? []
    );
    return forms.find((form) => images.has(form)) ?? others[0];
  };
  return (names) => {
    const found = new Set<string>(), adapted: { name: string; image: string }[] = [], unknown: string[] = [];
    for (const name of names.map(normalizeKey)) {
      const image = find(name);
      if (image === undefined) unknown.push(name);
      else found.add(image);
      if (image !== undefined && image !== name) adapted.push({ name, image });
    }
    return { images: found, adapted, unknown };
  };
}

const lastPart = (path: string) => path.split(/[/\\]/).at(-1) ?? path;
const withoutExtension = (name: string) => name.replace(/\.(png|jpe?g)$/i, "");
const firstColumn = (line: string) => line.split(/[\s,;]/)[0];
