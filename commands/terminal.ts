import { printableLines } from "../errors.ts";

/**
 * Makes the console a place where no file's text can steer the terminal: whatever a command prints from now on, its control
 * characters are written out (see {@linkcode printableLines}). Names in lines of their own go through `printable` before, so that
 * they begin no line; this is the edge that nothing gets past.
 */
export function guardConsole(target: Pick<Console, "log" | "error"> = console): void {
  for (const method of ["log", "error"] as const) {
    const write = target[method].bind(target);
    target[method] = (...values: unknown[]) => write(...values.map((value) => printableLines(String(value))));
  }
}
