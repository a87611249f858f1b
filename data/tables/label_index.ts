import { didYouMean, UserError } from "../../errors.ts";
import { noFindingName } from "../labels.ts";
import { normalizeKey } from "./keys.ts";
import { labelDictFile } from "./label_dict.ts";

/** Finds the indices of label names, and collects the unknown names in order to report all of them in one line. */
export class LabelIndex {
  readonly #labels: readonly string[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #unknown = new Map<string, number>();

  /** Makes an index of a dataset's labels. */
  constructor(labels: readonly string[]) {
    this.#labels = labels;
    this.#index = new Map(labels.map((label, index) => [label, index]));
  }

  /**
   * Returns the indices, ascending, of the names that a table's cell joins by `|`; it counts unknown names and leaves them out.
   * Where No Finding is not a label, a cell that is empty or holds that name alone marks nothing. `undefined` stands for a row that
   * ends before the cell: an unknown, empty name.
   */
  ofCell(cell: string | undefined): number[] {
    const text = cell?.trim();
    if (!this.#index.has(noFindingName) && (text === "" || text === noFindingName)) return [];
    const indices = (text ?? "").split("|").flatMap((label) => this.of(label) ?? []);
    return [...new Set(indices)].sort((a, b) => a - b);
  }

  /** Returns the index of a label, ignoring white space around it; counts an unknown label and returns `undefined`. */
  of(label: string): number | undefined {
    const key = normalizeKey(label), index = this.#index.get(key);
    if (index === undefined) this.#unknown.set(key, (this.#unknown.get(key) ?? 0) + 1);
    return index;
  }

  /**
   * Checks that no label was unknown so far.
   *
   * @param where The file with the labels, for the message.
   * @throws {UserError} that counts every unknown label
   */
  assertAllKnown(where: string): void {
    if (this.#unknown.size === 0) return;
    const counts = [...this.#unknown].map(([label, count]) =>
      `${label === "" ? "(empty)" : label} (${count} ${count === 1 ? "row" : "rows"}${didYouMean(label, this.#labels)})`
    );
    const remedy = `Correct them, or list every label with its index in ${labelDictFile}`;
    throw new UserError(
      `${where} has ${counts.length} unknown ${counts.length === 1 ? "label" : "labels"}: ${counts.join(", ")}`,
      { remedy: this.#unknown.has("") ? `${remedy}. A cell of a normal film says ${noFindingName}` : remedy },
    );
  }
}
