import { printableLines, systemReason, UserError } from "../errors.ts";

const encoder = new TextEncoder();

/** Milliseconds after which a pipe that was full is tried again. */
const pause = 5;

/**
 * Writes text to standard output, past no terminal's controls (see `printableLines`). Unlike `console.log` it tells where the text
 * cannot be taken: a full disk, a reader that has gone.
 *
 * @throws {UserError} exit status 1
 */
export async function writeOutput(text: string): Promise<void> {
  for (let bytes = encoder.encode(printableLines(text)); bytes.length > 0;) {
    try {
      bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    } catch (cause) {
      if (!(cause instanceof Deno.errors.WouldBlock)) {
        throw new UserError(`standard output takes no more (${systemReason(cause)})`, { exitStatus: 1, cause });
      }
      await new Promise((resolve) => setTimeout(resolve, pause)); // somebody made the pipe non-blocking
    }
  }
}
