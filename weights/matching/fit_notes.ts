import type { Dialect } from "./dialect.ts";
import type { Match } from "./match.ts";
import { quote } from "../quote.ts";
import { prefixesOf } from "./spelling.ts";
import type { WeightsFile } from "../tensor_source.ts";
import type { Way } from "./ways.ts";

/** Whose names a file has, for people. */
export function showNames({ name, remark }: Dialect): string {
  const names = name === "Thorax" ? "paths of Thorax" : `names of ${name}`;
  return remark === undefined ? names : `${names}, ${remark}`;
}

/** What was done to make a file fit, a line each. */
export function notesOf(
  { notes = [] }: WeightsFile,
  names: ReadonlyMap<string, string>,
  { prefix, dialect, name }: Way & { readonly name: string },
  { sources, head, extras }: Match,
): readonly string[] {
  const { borrowedFrom } = dialect, wrapped = [...names].find(([bare, full]) => bare !== full);
  return [
    ...notes,
    ...borrowedFrom === undefined
      ? []
      : [`${name} is in no table of names; every name and shape is as ${dialect.name} has it for ${borrowedFrom}`],
    ...prefix === "" ? [] : [`the weights are those under ${quote(prefix.slice(0, -1))}`],
    ...wrapped === undefined
      ? []
      : [`wrappers within names are left out: ${quote(wrapped[1])} is ${quote(wrapped[0])}`],
    ...head === undefined ? [] : [`the head is ${quote(head.module)}`],
    ...extras.length === 0 ? [] : [`not used, beside the weights: ${grouped(extras, prefix)}`],
    ...Array.from(sources.values(), ({ adaptation }) => adaptation?.note ?? []).flat(),
  ];
}

/** Names by what they hang on beside the model: its own dicts and wrappers are no part of that. */
function grouped(names: readonly string[], prefix: string): string {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = prefixesOf(name).find((level) => !prefix.startsWith(level)) ?? name;
    const members = groups.get(group);
    if (members) members.push(name);
    else groups.set(group, [name]);
  }
  const all = Array.from(groups, ([group, members]) => {
    return members.length === 1 ? quote(members[0]) : `${quote(group.slice(0, -1))} (${members.length} tensors)`;
  });
  const shown = 6;
  return all.slice(0, shown).join(", ") + (all.length > shown ? ` and ${all.length - shown} more` : "");
}
