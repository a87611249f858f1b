import { UserError } from "../../errors.ts";

/** A text as keys are compared: composed Unicode (NFC), without white space around it. */
export function keyOf(text: string): string {
  return text.normalize("NFC").trim();
}

/** What tools write where there is no value. */
const blank = /^(nan|none|null|n\/a|na|<na>|nat)?$/i;

/** A whole number, perhaps with leading zeros or the decimals of a float. */
const wholeNumber = /^([+-]?)0*(\d+)(\.0*)?$/;

/** A long number as spreadsheets shorten it: its last digits are lost, so that two people may have one number. */
const shortened = /^\d(\.\d+)?E\+\d+$/i;

/** Identifiers of people, so that one person's are equal. */
export interface Identifiers {
  /** For each cell the identifier, `""` where it has none. */
  readonly values: readonly string[];
  /** What was done, and what only looks alike, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads a column of identifiers. Where it holds whole numbers alone, they are compared as numbers, so that `7`, `7.0` and `007` are
 * one person; else they are compared as text, and what differs in case or zeros alone is told.
 *
 * @param column What messages call it: `Patient ID`.
 * @throws {UserError} for numbers that a spreadsheet has shortened (`1.2E+11`), and text that is not UTF-8
 */
export function readIdentifiers(cells: readonly string[], column: string): Identifiers {
  const keys = cells.map((cell) => blank.test(keyOf(cell)) ? "" : keyOf(cell));
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
    return { values: keys, notes: likenesses(keys, column) };
  }
  const values = keys.map(numberOf);
  return { values, notes: changes(cells, values, column) };
}

/** `007` and `7.0` → `7`; text, so that no digit of a long number is lost. */
function numberOf(key: string): string {
  const [, sign = "", digits = key] = wholeNumber.exec(key) ?? [];
  return sign === "-" && digits !== "0" ? `-${digits}` : digits;
}

function changes(cells: readonly string[], values: readonly string[], column: string): string[] {
  const changed = cells.flatMap((cell, row) => values[row] !== "" && values[row] !== cell ? [row] : []);
  if (changed.length === 0) return [];
  const [first] = changed, before = new Set(cells).size, after = new Set(values).size;
  return [
    `${column} holds numbers, compared as such: ${changed.length} of ${cells.length} cells change, first: ` +
    `"${cells[first]}" is ${values[first]}; ` +
    (after < before ? `${before} different texts are ${after} people` : `as many people as before, ${after}`),
  ];
}

function likenesses(keys: readonly string[], column: string): string[] {
  const groups = new Map<string, Set<string>>();
  for (const key of new Set(keys)) {
    const alike = numberOf(key).toLowerCase().replaceAll(/\s+/g, " ").replaceAll(/(?<!\d)0+(?=\d)/g, "");
    groups.set(alike, (groups.get(alike) ?? new Set()).add(key));
  }
  const several = [...groups.values()].filter(({ size }) => size > 1);
  if (several.length === 0) return [];
  const people = several.reduce((sum, { size }) => sum + size, 0);
  const first = [...several[0]].slice(0, 2).map((key) => `"${key}"`).join(" and ");
  return [
    `${column} does not hold numbers alone, so it is compared as text: ${people} identifiers that differ in case, zeros ` +
    `or spaces alone are different people, first: ${first}`,
  ];
}
