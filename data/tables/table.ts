import { parse } from "csv-parse/sync";
import { gunzipSync } from "node:zlib";
import { didYouMean, UserError } from "../../errors.ts";
import { readRegularFile } from "../../formats/regular_file.ts";
import { decodeText } from "./text.ts";

/** The longest table that is read, in bytes, inflated too: NIH's has 8 million, and MIMIC's 50. */
const mostBytes = 2 ** 28;

/** The most cells that are read: NIH's table has 1.2 million, and PadChest's 6. */
const mostCells = 2 ** 24;

const lineFeed = 10;

/** What may stand between cells, and its name. */
const separators: ReadonlyMap<string, string> = new Map([[",", "comma"], [";", "semicolon"], ["\t", "tab"]]);

/** A table's rows, cells by column name. */
export interface Table {
  /** The file, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a table of text, gzipped or not, of at most 256 MiB and 16 million cells: the first row names the columns, and tells by what
 * cells are separated. UTF-8, or UTF-16. Throws a {@linkcode UserError} where it is none.
 */
export async function readTable(path: string): Promise<Table> {
  const bytes = await readRegularFile(path, { limit: mostBytes, what: "a table" });
  return parseTable(decodeText(bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(bytes, path) : bytes), path);
}

function inflate(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new UserError(`${path} inflates to more than ${mostBytes} bytes, the most that a table has`, { cause });
    }
    throw new UserError(`${path} cannot be decompressed (${cause instanceof Error ? cause.message : cause})`);
  }
}

/**
 * {@linkcode readTable} on text. NIH's header has `OriginalImage[Width,Height]` with an unquoted comma: two columns, as in the
 * rows below it. Where a tool has quoted the name, so that the rows have more cells than names, it is taken apart again.
 */
export function parseTable(file: string, name: string): Table {
  const text = file.replace(/^sep=.\r?\n/i, ""); // a line of Excel's
  const delimiter = separatorOf(text);
  checkCells(text, delimiter, name);
  let cells: string[][];
  try {
    cells = parse(text, {
      ...{ delimiter, record_delimiter: ["\r\n", "\n", "\r"], bom: true },
      ...{ trim: true, relax_column_count: true, skip_empty_lines: true },
    });
  } catch (error) {
    throw new UserError(`${name} is not a CSV table (${error instanceof Error ? error.message : error})`);
  }
  const [header = [], ...rows] = cells;
  if (rows.length === 0) throw new UserError(`${name} has no rows`);
  const apart = header.flatMap((column) => /^.*\[[^\],]*,[^\],]*\]$/.test(column) ? column.split(",") : [column]);
  const columns = rows[0].length === apart.length ? apart : header;
  const long = rows.findIndex((row) => row.length > columns.length && row.slice(columns.length).some(Boolean));
  if (long >= 0) {
    throw new UserError(
      `${name}: row ${long + 1} has ${rows[long].length} cells, and there are ${columns.length} columns`,
      {
        remedy: `A cell that holds a ${separators.get(delimiter)} must be quoted`,
      },
    );
  }
  const short = rows.findIndex((row) => row.length < columns.length);
  if (short >= 0) {
    throw new UserError(
      `${name}: row ${short + 1} has ${rows[short].length} cells, and there are ${columns.length} columns`,
      { remedy: "Which cell is missing, nothing tells: leave it empty, but keep what separates it" },
    );
  }
  return { name, columns, rows };
}

/** What separates the cells: what stands most often in the first row, outside of quotes and brackets; of equals the first. */
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
  return [...counts].reduce((most, its) => its[1] > most[1] ? its : most)[0];
}

function checkCells(text: string, separator: string, name: string): void {
  const code = separator.charCodeAt(0);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const its = text.charCodeAt(i);
    if (its === code || its === lineFeed) count++;
  }
  if (count >= mostCells) {
    throw new UserError(`${name} has ${count} cells or more, and a table has at most ${mostCells}`);
  }
}

/**
 * Positions of columns by name; each entry gives the names that a column may have. Throws where a needed one is missing, or is
 * there twice.
 */
export function findColumns<K extends string>(
  { name, columns }: Table,
  wanted: Readonly<Record<K, { readonly names: readonly string[]; readonly optional?: boolean }>>,
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
