import { printable } from "../errors.ts";

/** Rows of cells as lines: the first column to the left, the others to the right, two spaces between, two before. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, j) => Math.max(...rows.map((row) => width(row[j] ?? ""))));
  return rows.map((row) =>
    row.map((cell, j) => {
      const space = " ".repeat(widths[j] - width(cell));
      return `  ${j === 0 ? cell + space : space + cell}`;
    }).join("").trimEnd()
  );
}

/** Words in lines of at most `columns`, those after the first indented. */
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

/** A name for a cell: control characters would write to the terminal, and a long name would push the numbers away. */
export function cellName(name: string, limit = 32): string {
  const safe = printable(name);
  const letters = [...safe];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : safe;
}

function width(text: string): number {
  return [...text].length;
}
