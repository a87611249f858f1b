import { parse } from "csv-parse/sync";
import { gunzipSync } from "node:zlib";
import { didYouMean, UserError } from "../errors.ts";
import { readRegularFile } from "../formats/regular_file.ts";

/** The longest table that is read, in bytes, inflated too: NIH's has 8 million, and MIMIC's 50. */
const mostBytes = 2 ** 28;

/** The most cells that are read: NIH's table has 1.2 million, and PadChest's 6. */
const mostCells = 2 ** 24;

const comma = 44, lineFeed = 10;

/** A CSV file's rows, cells by column name. */
export interface Table {
  /** The file, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a `.csv` or `.csv.gz` file of at most 256 MiB and 16 million cells: the first row names the columns. Throws a
 * {@linkcode UserError} where it is none.
 */
export async function readTable(path: string): Promise<Table> {
  const bytes = await readRegularFile(path, { limit: mostBytes, what: "a table" });
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(bytes, path) : bytes;
  const separators = text.reduce((sum, byte) => sum + +(byte === comma || byte === lineFeed), 0);
  if (separators >= mostCells) {
    throw new UserError(`${path} has ${separators} cells or more, and a table has at most ${mostCells}`);
  }
  return parseTable(new TextDecoder().decode(text), path);
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
export function parseTable(text: string, name: string): Table {
  let cells: string[][];
  try {
    cells = parse(text, { bom: true, trim: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw new UserError(`${name} is not a CSV table (${error instanceof Error ? error.message : error})`);
  }
  const [header = [], ...rows] = cells;
  if (rows.length === 0) throw new UserError(`${name} has no rows`);
  const apart = header.flatMap((column) => /^.*\[[^\],]*,[^\],]*\]$/.test(column) ? column.split(",") : [column]);
  const columns = rows[0].length === apart.length ? apart : header;
  const longest = Math.max(columns.length, rows[0].length), long = rows.findIndex((row) => row.length > longest);
  if (long >= 0) {
    throw new UserError(`${name}: row ${long + 1} has ${rows[long].length} cells, and there are ${longest} columns`, {
      remedy: "A cell that holds a comma must be quoted",
    });
  }
  return { name, columns, rows };
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
