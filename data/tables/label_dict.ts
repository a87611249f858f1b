import { UserError } from "../../errors.ts";
import { readFileIfThere } from "../../formats/regular_file.ts";
import { noFindingName } from "../labels.ts";
import { normalizeKey, withoutSeparators } from "./keys.ts";
import { decodeText } from "./text.ts";

/** The file in a data folder that sets the labels and their order. */
export const labelDictFile = "label_dict.txt";

/**
 * Reads a `label_dict.txt` of `name:index` lines.
 *
 * @returns The labels in index order; `undefined` where there is no such file.
 * @throws {UserError} for a line of another form, a name or an index that occurs twice, and a gap in the indices
 */
export async function readLabelDict(path: string): Promise<string[] | undefined> {
  const bytes = await readFileIfThere(path, { limit: 2 ** 20, what: labelDictFile });
  return bytes && parseLabelDict(decodeText(bytes), path);
}

/**
 * Parses the text of a `label_dict.txt` as {@linkcode readLabelDict} does; messages call the file `name`.
 *
 * @throws {UserError} as {@linkcode readLabelDict} does
 *
 * @example
 * ```ts
 * import { parseLabelDict } from "./label_dict.ts";
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
    const label = normalizeKey(match[1]), key = withoutSeparators(label), index = Number(match[2]);
    if (label !== noFindingName && key === withoutSeparators(noFindingName)) {
      throw new UserError(`${at}: ${label} must be written ${noFindingName}`);
    }
    const earlier = lineOf.get(key);
    if (earlier !== undefined) throw new UserError(`${at}: ${label} is already on line ${earlier}`);
    if (labels[index] !== undefined) throw new UserError(`${at}: ${label} has index ${index}, as ${labels[index]} has`);
    labels[index] = label;
    lineOf.set(key, number + 1);
  }
  if (labels.length === 0) throw new UserError(`${name} has no name:index line`);
  for (let index = 0; index < lineOf.size; index++) {
    if (labels[index] === undefined) {
      throw new UserError(`${name}: no label has index ${index}`, { remedy: "Number the labels 0, 1, 2, … in a row." });
    }
  }
  return labels;
}

/** The note that a folder's `label_dict.txt` sets other labels than the layout has, such as NIH's; empty where it does not. */
export function customLabelsNote(
  custom: readonly string[] | undefined,
  { name, labels }: { readonly name: string; readonly labels: readonly string[] },
): string[] {
  if (custom === undefined || `${custom}` === `${labels}`) return [];
  return [`${labelDictFile} sets ${custom.length} labels in place of ${name}'s ${labels.length}`];
}
