/**
 * A sentence about some of many, `2 of 80 films are on no list, first: 1.png`, or none where there are none of them.
 *
 * @example
 * ```ts
 * import { countNote } from "./notes.ts";
 * console.assert(countNote(["1.png"], { of: 80, what: "films", are: "on no list" })[0] === "1 of 80 films is on no list, first: 1.png");
 * ```
 */
export function countNote(
  those: readonly string[],
  { of, what, are }: { readonly of: number; readonly what: string; readonly are: string },
): string[] {
  if (those.length === 0) return [];
  return [`${those.length} of ${of} ${what} ${those.length === 1 ? "is" : "are"} ${are}, first: ${those[0]}`];
}
