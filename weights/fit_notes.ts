import type { Dialect } from "./dialect.ts";
import type { Match } from "./match.ts";
import { quote } from "./safetensors_header.ts";
import type { WeightsFile } from "./tensor_source.ts";
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
    ...extras.length === 0 ? [] : [`not used, beside the weights: ${shorten(extras)}`],
    ...Array.from(sources.values(), ({ adaptation }) => adaptation?.note ?? []).flat(),
  ];
}

function shorten(names: readonly string[]): string {
  const shown = 4, listed = names.slice(0, shown).map(quote).join(", ");
  return names.length > shown ? `${listed} and ${names.length - shown} more` : listed;
}
