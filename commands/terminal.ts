import { printableLines } from "../errors.ts";

/**
 * Keeps text of files from controlling the terminal: from now on, the console writes control characters as escapes (see
 * {@linkcode printableLines}). Names in messages also pass through `printable` before, so that they cannot begin a line of their own.
 */
export function guardConsole(target: Pick<Console, "log" | "error"> = console): void {
  for (const method of ["log", "error"] as const) {
    const write = target[method].bind(target);
    target[method] = (...values: unknown[]) => write(...values.map((value) => printableLines(String(value))));
  }
}
