import { quote } from "../quote.ts";
import type { WeightsFile } from "../tensor_source.ts";
import type { KeyMap } from "./key_map.ts";
import type { Location } from "./locate.ts";
import type { Match } from "./match.ts";
import { prefixesOf } from "./prefixes.ts";

/** Tells people whose names a file has. */
export function describeNames({ library, note }: KeyMap): string {
  const names = library === "Thorax" ? "paths of Thorax" : `names of ${library}`;
  return note === undefined ? names : `${names}, ${note}`;
}

/** Lines for the user about what was done to make a file fit. */
export function describeFit(
  { notes = [] }: WeightsFile,
  names: ReadonlyMap<string, string>,
  { prefix, keyMap: { borrowedFrom, library }, name }: Location & { readonly name: string },
  { sources, head, extras }: Match,
): readonly string[] {
  const lines = [...notes], wrapped = [...names].find(([bare, inFile]) => bare !== inFile);
  if (borrowedFrom !== undefined) {
    lines.push(
      `${name} has no weight names of its own; every name and shape matches ${library}'s for ${borrowedFrom}, so these are taken`,
    );
  }
  if (prefix !== "") lines.push(`the weights are those under ${quote(prefix.slice(0, -1))}`);
  if (wrapped) lines.push(`wrappers within names are left out: ${quote(wrapped[1])} is ${quote(wrapped[0])}`);
  if (head) lines.push(`the head is ${quote(head.module)}`);
  if (extras.length > 0) lines.push(`not used, beside the weights: ${summarize(extras, prefix)}`);
  for (const { adaptation } of sources.values()) if (adaptation) lines.push(adaptation.note);
  return lines;
}

/** Summarizes names by their first module outside of the model's own dicts and wrappers. */
function summarize(names: readonly string[], prefix: string): string {
  const groups = Map.groupBy(names, (name) => prefixesOf(name).find((level) => !prefix.startsWith(level)) ?? name);
  const all = Array.from(groups, ([group, members]) => {
    const [first = ""] = members;
    return members.length === 1 ? quote(first) : `${quote(group.slice(0, -1))} (${members.length} tensors)`;
  });
  const shown = 6;
  return all.slice(0, shown).join(", ") + (all.length > shown ? ` and ${all.length - shown} more` : "");
}
