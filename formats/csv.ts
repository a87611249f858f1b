/**
 * Formats a line of a CSV file with RFC 4180's quoting, and ends it with `\n`.
 *
 * @example
 * ```ts
 * import { csvLine } from "./csv.ts";
 * console.assert(csvLine(["film.png", 'a "b", c']) === 'film.png,"a ""b"", c"\n');
 * ```
 */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(quote).join(",")}\n`;
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
