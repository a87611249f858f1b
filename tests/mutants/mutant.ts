/** A small fault: what is wrong with it, a text that occurs once in the file, and the text that replaces it. */
export type Fault = readonly [what: string, from: string, to: string];

/** The faults of files, by path from the root. */
export type FaultTable = Readonly<Record<string, readonly Fault[]>>;

/** A file with a fault. */
export interface Mutant {
  readonly file: string;
  /** What is wrong with the file. */
  readonly what: string;
  /** The whole text of the file with the fault. */
  readonly text: string;
}

/**
 * Puts a fault into a file's text.
 *
 * @throws {TypeError} where the text of the fault does not occur exactly once in the file, so that the table is out of date
 */
export function mutate(file: string, text: string | undefined, [what, from, to]: Fault): Mutant {
  const parts = text?.split(from) ?? [];
  if (parts.length !== 2) {
    const found = text === undefined ? "there is no such file" : `it occurs ${parts.length - 1} times`;
    throw new TypeError(`tests/mutants/table is out of date: ${file} must hold ${JSON.stringify(from)} once; ${found}`);
  }
  return { file, what, text: parts.join(to) };
}

/** Makes every mutant of tables, one for each fault, from the texts of the files. */
export function mutantsOf(tables: readonly FaultTable[], texts: ReadonlyMap<string, string>): Mutant[] {
  return tables.flatMap((table) =>
    Object.entries(table).flatMap(([file, faults]) => faults.map((fault) => mutate(file, texts.get(file), fault)))
  );
}
