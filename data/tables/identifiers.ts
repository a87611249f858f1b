import { UserError } from "../../errors.ts";
import { normalizeKey } from "./keys.ts";

/** What tools write where there is no value. */
const blank = /^(nan|none|null|n\/a|na|<na>|nat)?$/i;

/** A whole number, perhaps with leading zeros or the decimals of a float. */
const wholeNumber = /^([+-]?)0*(\d+)(\.0*)?$/;

/** A long number as spreadsheets shorten it. Its last digits are lost, so two people may share one number. */
const shortened = /^\d(\.\d+)?E\+\d+$/i;

/** A column of identifiers in a form in which equal ones mean the same person. */
export interface Identifiers {
  /** Each cell's identifier; `""` where it has none. */
  readonly values: readonly string[];
  /** What was normalized, and which identifiers only look alike, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads a column of identifiers. A column of whole numbers alone is compared as numbers, so that `7`, `7.0` and `007` are one
 * person. Any other column is compared as text, and a note counts the identifiers that differ in case, zeros or spaces alone.
 *
 * @param column What messages call the column: `Patient ID`.
 * @throws {UserError} for numbers that a spreadsheet has shortened (`1.2E+11`), and text that is not UTF-8
 */
export function readIdentifiers(cells: readonly string[], column: string): Identifiers {
  const keys = cells.map((cell) => blank.test(normalizeKey(cell)) ? "" : normalizeKey(cell));
  const lost = keys.find((key) => shortened.test(key));
  if (lost !== undefined) {
    throw new UserError(`${column} has ${lost}, a number that a spreadsheet has shortened`, {
      remedy: "Write every number with all its digits",
    });
  }
  const broken = keys.find((key) => key.includes("\ufffd"));
  if (broken !== undefined) {
    throw new UserError(`${column} has ${broken}, which is not UTF-8`, { remedy: "Save the table in UTF-8" });
  }
  if (!keys.every((key) => key === "" || wholeNumber.test(key))) {
    return { values: keys, notes: describeSimilar(keys, column) };
  }
  const values = keys.map(normalizeNumber);
  return { values, notes: describeChanges(cells, values, column) };
}

/** `007` and `7.0` → `7`; as text, so that no digit of a long number is lost. */
function normalizeNumber(key: string): string {
  const [, sign = "", digits = key] = wholeNumber.exec(key) ?? [];
  return sign === "-" && digits !== "0" ? `-${digits}` : digits;
}

function describeChanges(cells: readonly string[], values: readonly string[], column: string): string[] {
  const changed = cells.flatMap((cell, row) => values[row] !== "" && values[row] !== cell ? [row] : []);
  if (changed.length === 0) return [];
  const [first] = changed, before = new Set(cells).size, after = new Set(values).size;
  return [
    `${column} holds numbers and is compared as numbers: ${changed.length} of ${cells.length} cells change, first: ` +
    `"${cells[first]}" is ${values[first]}; ` +
    (after < before ? `${before} different texts are ${after} people` : `as many people as before, ${after}`),
  ];
}

function describeSimilar(keys: readonly string[], column: string): string[] {
  const groups = Map.groupBy(
    new Set(keys),
    (key) => normalizeNumber(key).toLowerCase().replaceAll(/\s+/g, " ").replaceAll(/(?<!\d)0+(?=\d)/g, ""),
  );
  const similar = [...groups.values()].filter(({ length }) => length > 1);
  if (similar.length === 0) return [];
  const people = similar.reduce((sum, { length }) => sum + length, 0);
  const first = similar[0].slice(0, 2).map((key) => `"${key}"`).join(" and ");
  return [
    `${column} does not hold numbers alone, so it is compared as text: ${people} identifiers that differ only in case, ` +
    `zeros or spaces are different people, first: ${first}`,
  ];
}
