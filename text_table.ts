import { printable } from "./errors.ts";

/** Options of {@linkcode alignColumns}. */
export interface AlignOptions {
  /** The number of columns, from the first, whose cells are aligned to the left; all others are aligned to the right. Default: 1. */
  readonly textColumns?: number;
  /** What begins each line. Default: two spaces. */
  readonly indent?: string;
}

/** Aligns rows of cells to columns, with two spaces between them. Returns one line for each row, without spaces at its end. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  { textColumns = 1, indent = "  " }: AlignOptions = {},
): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, j) => Math.max(...rows.map((row) => width(row[j] ?? ""))));
  return rows.map((row) => {
    const cells = row.map((cell, j) => {
      const space = " ".repeat((widths[j] ?? 0) - width(cell));
      return j < textColumns ? cell + space : space + cell;
    });
    return (indent + cells.join("  ")).trimEnd();
  });
}

/** Wraps words into lines of at most `columns`; the lines after the first begin with `indent`. */
export function wrapWords(text: string, columns: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line += line === "" || line === indent ? word : ` ${word}`;
    }
  }
  return [...lines, line];
}

/** Makes a name fit for a cell: replaces control characters, and shortens it to `limit` characters. */
export function cellName(name: string, limit = 32): string {
  const safe = printable(name);
  const letters = [...safe];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : safe;
}

function width(text: string): number {
  return [...text].length;
}
