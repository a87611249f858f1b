import { didYouMean, UserError } from "../errors.ts";
import { readFileIfThere } from "../formats/regular_file.ts";
import { keyOf } from "./tables/identifiers.ts";
import { decodeText } from "./tables/text.ts";

/** The label of a normal film. */
export const noFindingName = "No Finding";

/** The 15 labels in the order of every model's outputs, unless the data brings a `label_dict.txt` (NIH ChestX-ray14). */
export const nihLabels: readonly string[] = Object.freeze([
  "Atelectasis",
  "Cardiomegaly",
  "Effusion",
  "Infiltration",
  "Mass",
  "Nodule",
  "Pneumonia",
  "Pneumothorax",
  "Consolidation",
  "Edema",
  "Emphysema",
  "Fibrosis",
  "Pleural_Thickening",
  "Hernia",
  noFindingName,
]);

/** The file in a data folder that sets the labels and their order. */
export const labelDictFile = "label_dict.txt";

/**
 * The labels of a `label_dict.txt` (`name:index` lines) in index order; `undefined` where there is none. Throws a {@linkcode UserError} for a line of
 * another form, a name or an index that comes twice, and a gap in the indices.
 */
export async function readLabelDict(path: string): Promise<string[] | undefined> {
  const bytes = await readFileIfThere(path, { limit: 2 ** 20, what: labelDictFile });
  return bytes && parseLabelDict(decodeText(bytes), path);
}

/**
 * {@linkcode readLabelDict} on text; `name` is what messages call the file.
 *
 * @example
 * ```ts
 * import { parseLabelDict } from "./labels.ts";
 * console.assert(parseLabelDict("No Finding:1\nMass:0\n", "label_dict.txt").join() === "Mass,No Finding");
 * ```
 */
export function parseLabelDict(text: string, name: string): string[] {
  const labels: string[] = [];
  const lineOf = new Map<string, number>();
  for (const [number, line] of text.replace(/^\ufeff/, "").split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const at = `${name}, line ${number + 1}`;
    const match = /^\s*(.+?)\s*:\s*(\d+)\s*$/.exec(line);
    if (!match) throw new UserError(`${at}: expected name:index, got "${line.trim()}"`);
    const label = keyOf(match[1]), index = Number(match[2]);
    if (label !== noFindingName && letters(label) === letters(noFindingName)) {
      throw new UserError(`${at}: ${label} must be written ${noFindingName}`);
    }
    const earlier = lineOf.get(letters(label));
    if (earlier !== undefined) throw new UserError(`${at}: ${label} is already on line ${earlier}`);
    if (labels[index] !== undefined) throw new UserError(`${at}: ${label} has index ${index}, as ${labels[index]} has`);
    labels[index] = label;
    lineOf.set(letters(label), number + 1);
  }
  if (labels.length === 0) throw new UserError(`${name} has no name:index line`);
  for (let index = 0; index < lineOf.size; index++) {
    if (labels[index] === undefined) {
      throw new UserError(`${name}: no label has index ${index}`, { remedy: "Number the labels 0, 1, 2, … in a row." });
    }
  }
  return labels;
}

/** What to tell where a folder's `label_dict.txt` has other labels than `set`, such as NIH's. */
export function ownLabelsNote(
  own: readonly string[] | undefined,
  { name, labels }: { readonly name: string; readonly labels: readonly string[] },
): string[] {
  if (own === undefined || `${own}` === `${labels}`) return [];
  return [`${labelDictFile} sets ${own.length} labels in place of ${name}'s ${labels.length}`];
}

/** What two labels must not have in common. */
const letters = (label: string) => label.toLowerCase().replaceAll(/[\s_-]/g, "");

/** Reads label names, and collects those that a dataset does not know, to report all of them in one line. */
export class LabelIndex {
  readonly #index: ReadonlyMap<string, number>;
  readonly #unknown = new Map<string, number>();

  constructor(private readonly labels: readonly string[]) {
    this.#index = new Map(labels.map((label, index) => [label, index]));
  }

  /**
   * The indices of a table's cell, of names joined by `|`, ascending; unknown names are counted and left out. Where No Finding
   * is no label, a cell that is that name alone, or empty, marks none; a row that ends before the cell says nothing.
   */
  ofCell(cell: string | undefined): number[] {
    const text = cell?.trim();
    if (!this.#index.has(noFindingName) && (text === "" || text === noFindingName)) return [];
    const indices = (text ?? "").split("|").flatMap((label) => this.of(label) ?? []);
    return [...new Set(indices)].sort((a, b) => a - b);
  }

  /** The index of a label, white space around it aside, or `undefined`, counted as unknown. */
  of(label: string): number | undefined {
    const key = keyOf(label), index = this.#index.get(key);
    if (index === undefined) this.#unknown.set(key, (this.#unknown.get(key) ?? 0) + 1);
    return index;
  }

  /** Throws a {@linkcode UserError} that counts every unknown label; `where` is the file that named them. */
  assertAllKnown(where: string): void {
    if (this.#unknown.size === 0) return;
    const counts = [...this.#unknown].map(([label, count]) =>
      `${label === "" ? "(empty)" : label} (${count} ${count === 1 ? "row" : "rows"}${didYouMean(label, this.labels)})`
    );
    const remedy = `Correct them, or list every label with its index in ${labelDictFile}`;
    throw new UserError(
      `${where} has ${counts.length} unknown ${counts.length === 1 ? "label" : "labels"}: ${counts.join(", ")}`,
      { remedy: this.#unknown.has("") ? `${remedy}. A cell of a normal film says ${noFindingName}` : remedy },
    );
  }
}
