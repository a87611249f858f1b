import { parse } from "csv-parse/sync";
import { gunzipSync } from "node:zlib";
import { didYouMean, UserError } from "../errors.ts";

/** A CSV file's rows, cells by column name. */
export interface Table {
  /** The file, for messages. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads a `.csv` or `.csv.gz` file: the first row names the columns. Throws a {@linkcode UserError} where it is none. */
export async function readTable(path: string): Promise<Table> {
  const bytes = await Deno.readFile(path);
  try {
    const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    return parseTable(new TextDecoder().decode(text), path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} cannot be decompressed (${error instanceof Error ? error.message : error})`);
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
  return { name, columns: rows[0].length === apart.length ? apart : header, rows };
}

/** Positions of columns by name; each entry gives the names that a column may have. Throws where a needed one is missing. */
export function findColumns<K extends string>(
  { name, columns }: Table,
  wanted: Readonly<Record<K, { readonly names: readonly string[]; readonly optional?: boolean }>>,
): Record<K, number> {
  const places = {} as Record<K, number>;
  const missing: string[] = [];
  for (const key of Object.keys(wanted) as K[]) {
    const { names, optional } = wanted[key];
    places[key] = columns.findIndex((column) => names.includes(column));
    if (places[key] < 0 && !optional) missing.push(`${names.join(" or ")}${didYouMean(names[0], columns)}`);
  }
  if (missing.length === 0) return places;
  const which = missing.length === 1 ? "column" : "columns";
  throw new UserError(`${name} has no ${which} ${missing.join(", ")}; it has ${columns.join(", ")}`);
}
