/**
 * Makes a sentence about some of many things, with the first as an example; empty where there are none.
 *
 * @example
 * ```ts
 * import { countNote } from "./notes.ts";
 * const [note] = countNote(["1.png"], { of: 80, what: "films", are: "on no list" });
 * console.assert(note === "1 of 80 films is on no list, first: 1.png");
 * ```
 */
export function countNote(
  names: readonly string[],
  { of, what, are }: { readonly of: number; readonly what: string; readonly are: string },
): string[] {
  if (names.length === 0) return [];
  return [`${names.length} of ${of} ${what} ${names.length === 1 ? "is" : "are"} ${are}, first: ${names[0]}`];
}
