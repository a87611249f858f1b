import { UserError } from "../../errors.ts";
import { readRegularFile } from "../../formats/regular_file.ts";

/** The greatest size of a list in bytes: 60,000 names have 4 million. */
const maxBytes = 2 ** 28;

/** The name that stands for standard input. */
const standardInput = "-";

/**
 * Reads the paths in a list, one a line; `-` is standard input. It skips empty lines. The list is UTF-8, or UTF-16 with a byte order
 * mark, as PowerShell writes it.
 *
 * @throws {UserError} where the list cannot be read or names nothing
 */
export async function readInputList(file: string): Promise<string[]> {
  const isInput = file === standardInput;
  const bytes = isInput
    ? new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer())
    : await readRegularFile(file, { limit: maxBytes, what: "a list" });
  const paths = decode(bytes).split(/\r?\n/).filter((line) => line.trim() !== "");
  if (paths.length === 0) throw new UserError(`${isInput ? "standard input" : file} names no film`);
  return paths;
}

function decode(bytes: Uint8Array): string {
  const mark = `${bytes.subarray(0, 2)}`;
  const encoding = mark === "255,254" ? "utf-16le" : mark === "254,255" ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes); // this removes the mark
}
