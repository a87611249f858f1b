/** Options of a {@linkcode UserError}. */
export interface UserErrorOptions extends ErrorOptions {
  /** What to do about it, one sentence; printed after the message. */
  readonly remedy?: string;
  /** 2: an option, file or value is wrong (the default). 1: something failed while running. */
  readonly exitStatus?: 1 | 2;
}

/**
 * A mistake that the person at the keyboard can mend. The command line prints it as one line, without a stack trace, and
 * exits with `exitStatus`; every other error is a fault of the program and keeps its trace.
 *
 * @example
 * ```ts
 * import { UserError } from "./errors.ts";
 * const error = new UserError("images/1.png is truncated", { remedy: "Download it again." });
 * console.assert(error.exitStatus === 2 && `${error.message}` === "images/1.png is truncated. Download it again.");
 * ```
 */
export class UserError extends Error {
  /** The name of the class, which begins the error's text. */
  override readonly name = "UserError";
  /** The exit status of a command that ends with this error. */
  readonly exitStatus: 1 | 2;

  /** Makes an error; the remedy becomes the second sentence of its message. */
  constructor(message: string, { remedy, exitStatus = 2, ...options }: UserErrorOptions = {}) {
    super(remedy ? `${message}. ${remedy}` : message, options);
    this.exitStatus = exitStatus;
  }
}

/** `"resnet81"` among `["resnet18", …]` → `"; did you mean resnet18?"`; nothing is near enough: `""`. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  let best = "", bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(word.length - candidate.length) >= bestDistance) continue; // the distance is no less, and takes long to find
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best && `; did you mean ${best}?`;
}

/** Levenshtein's distance, with a swap of neighbors as one edit. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(previous[j] + 1, row[j - 1] + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      row.push(cost);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length];
}

/** `1 film`, `112,120 films`, whatever the machine's language. */
export function count(value: number, noun: string): string {
  return `${value.toLocaleString("en-US")} ${noun}${value === 1 ? "" : "s"}`;
}

/** `No such file or directory (os error 2): open 'x'` → `No such file or directory`. */
export function systemReason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/ \(os error \d+\).*$/s, "");
}

/** Control characters (C0, DEL, C1), line and paragraph separators, and what turns the direction of text. */
// deno-lint-ignore no-control-regex -- they are what is taken out
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text out of a file, fit for one line of a terminal or a log: a control character, which could move the cursor, hide a line or
 * begin another, becomes `�`.
 *
 * @example
 * ```ts
 * import { printable } from "./errors.ts";
 * console.assert(printable("Mass\x1b[2K\n") === "Mass�[2K�");
 * ```
 */
export function printable(text: string): string {
  return text.replace(unprintable, "�");
}

/**
 * Lines for a terminal, whatever they hold: their ends and tabs stay, other control characters are written `\u001b`, as in JSON,
 * so that a JSON document goes on meaning the same.
 */
export function printableLines(text: string): string {
  return text.replace(unprintable, (character) => {
    if (character === "\n" || character === "\t") return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Quotes an argument of a command line as a shell needs it. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
