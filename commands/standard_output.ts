import { printableLines, systemReason, UserError } from "../errors.ts";

const encoder = new TextEncoder();

/** Milliseconds to wait before writing to a full pipe again. */
const pause = 5;

/**
 * Writes text to standard output, without control characters (see `printableLines`). Unlike `console.log`, it notices if the text cannot be
 * written.
 *
 * @throws {UserError} exit status 1, for a full disk or a reader that has gone
 */
export async function writeOutput(text: string): Promise<void> {
  for (let bytes = encoder.encode(printableLines(text)); bytes.length > 0;) {
    try {
      bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    } catch (cause) {
      if (!(cause instanceof Deno.errors.WouldBlock)) {
        throw new UserError(`cannot write to standard output (${systemReason(cause)})`, { exitStatus: 1, cause });
      }
      await new Promise((resolve) => setTimeout(resolve, pause)); // another process made the pipe non-blocking
    }
  }
}
