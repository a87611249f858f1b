import { parse } from "csv-parse/sync";
import { gunzipSync } from "node:zlib";
import { didYouMean, UserError } from "../../errors.ts";
import { readRegularFile } from "../../formats/regular_file.ts";
import { decodeText } from "./text.ts";

/** The greatest size of a table in bytes, before and after decompression: NIH's has 8 million bytes, MIMIC's 50 million. */
const maxBytes = 2 ** 28;

/** The greatest number of cells: NIH's table has 1.2 million, PadChest's 6 million. */
const maxCells = 2 ** 24;

const lineFeed = 10;

/** The characters that may separate cells, and their names. */
const separators: ReadonlyMap<string, string> = new Map([[",", "comma"], [";", "semicolon"], ["\t", "tab"]]);

/** A text table in memory. */
export interface Table {
  /** The file, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Each row's cells, in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
}

/** Whether a file's name is that of a text table: `.csv`, `.tsv` or `.tab`, perhaps gzipped. */
export function isTableName(name: string): boolean {
  return !name.startsWith(".") && /\.(csv|tsv|tab)(\.gz)?$/i.test(name);
}

/** Whether a file that a user names as a table may be one: {@linkcode isTableName}, or `.txt`. */
export function isTextTableName(name: string): boolean {
  return isTableName(name) || /\.txt(\.gz)?$/i.test(name);
}

/**
 * Reads a text table, gzipped or not, in UTF-8 or UTF-16. The first row names the columns and tells which character separates
 * cells: commas, semicolons or tabs.
 *
 * @throws {UserError} where the file is not such a table, is larger than 256 MiB or has more than 16 million cells
 */
export async function readTable(path: string): Promise<Table> {
  const bytes = await readRegularFile(path, { limit: maxBytes, what: "a table" });
  return parseTable(decodeText(bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(bytes, path) : bytes), path);
}

function inflate(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new UserError(`${path} inflates to more than ${maxBytes} bytes, the limit for a table`, { cause });
    }
    throw new UserError(`${path} cannot be decompressed (${cause instanceof Error ? cause.message : cause})`);
  }
}

/**
 * Parses the text of a table as {@linkcode readTable} does; messages call it `name`. NIH's header has
 * `OriginalImage[Width,Height]` with an unquoted comma, which makes two columns, as the rows have. Where a tool has quoted that
 * name, so that the rows have more cells than names, it is split again.
 *
 * @throws {UserError} where the text is not a table
 */
export function parseTable(file: string, name: string): Table {
  const text = file.replace(/^sep=.\r?\n/i, ""); // Excel's first line
  const delimiter = separatorOf(text);
  checkCells(text, delimiter, name);
  const [header = [], ...rows] = parseCells(text, delimiter, name);
  if (rows.length === 0) throw new UserError(`${name} has no rows`);
  const split = header.flatMap((column) => /^.*\[[^\],]*,[^\],]*\]$/.test(column) ? column.split(",") : [column]);
  const columns = rows[0].length === split.length ? split : header;
  const checkRow = (row: number, remedy: string) => {
    if (row < 0) return;
    const cells = `${rows[row].length} cells, and there are ${columns.length} columns`;
    throw new UserError(`${name}: row ${row + 1} has ${cells}`, { remedy });
  };
  checkRow(
    rows.findIndex((row) => row.length > columns.length && row.slice(columns.length).some(Boolean)),
    `Quote every cell that holds a ${separators.get(delimiter)}`,
  );
  checkRow(
    rows.findIndex((row) => row.length < columns.length),
    "Thorax cannot tell which cell is missing: leave the cell empty, but keep its separator",
  );
  return { name, columns, rows };
}

function parseCells(text: string, delimiter: string, name: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    throw new UserError(`${name} is not a CSV table (${error instanceof Error ? error.message : error})`);
  }
}

/** Finds the separator that occurs most often in the first row, outside of quotes and brackets; of equals the first. */
function separatorOf(text: string): string {
  const counts = new Map([...separators.keys()].map((separator) => [separator, 0]));
  let closing: string | undefined;
  for (const character of text.trimStart()) {
    if (closing !== undefined) {
      if (character === closing) closing = undefined;
    } else if (character === "\n" || character === "\r") break;
    else if (character === '"' || character === "[") closing = character === "[" ? "]" : character;
    else if (counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts].reduce((most, next) => next[1] > most[1] ? next : most)[0];
}

function checkCells(text: string, separator: string, name: string): void {
  const code = separator.charCodeAt(0);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === code || unit === lineFeed) count++;
  }
  if (count >= maxCells) {
    throw new UserError(`${name} has ${count} cells or more, and a table has at most ${maxCells}`);
  }
}

/** A column to find by {@linkcode findColumns}. */
export interface WantedColumn {
  /** The names that the column may have; messages give the first. */
  readonly names: readonly string[];
  readonly optional?: boolean;
}

/**
 * Finds the positions of columns by name; −1 for an optional column that the table lacks.
 *
 * @throws {UserError} where the table lacks a needed column, or has it twice
 */
export function findColumns<K extends string>(
  { name, columns }: Table,
  wanted: Readonly<Record<K, WantedColumn>>,
): Record<K, number> {
  const places = {} as Record<K, number>;
  const missing: string[] = [];
  for (const key of Object.keys(wanted) as K[]) {
    const { names, optional } = wanted[key];
    places[key] = columns.findIndex((column) => names.includes(column));
    if (!optional && columns.filter((column) => names.includes(column)).length > 1) {
      throw new UserError(`${name} has several columns ${columns[places[key]]}`, { remedy: "Keep one of them" });
    }
    if (places[key] < 0 && !optional) missing.push(`${names.join(" or ")}${didYouMean(names[0], columns)}`);
  }
  if (missing.length === 0) return places;
  const which = missing.length === 1 ? "column" : "columns";
  throw new UserError(`${name} has no ${which} ${missing.join(", ")}; it has ${columns.join(", ")}`);
}
