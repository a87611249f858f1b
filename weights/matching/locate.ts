import { UserError } from "../../errors.ts";
import { quote } from "../quote.ts";
import { isBookkeeping, isExtra } from "./extras.ts";
import type { KeyMap } from "./key_map.ts";

/** A place in a file where a model may be: the names that begin with a prefix. */
export interface Location {
  /** `state_dict.module.`, or nothing. */
  readonly prefix: string;
  /** The key map that most of the names behind the prefix follow. Others may have the same names. */
  readonly keyMap: KeyMap;
}

/** The location of a model in a file. */
export interface ModelLocation extends Location {
  /** The prefixes of further copies of the model, all of which begin with this prefix. */
  readonly copies: readonly string[];
}

/** A file to find a model in. */
export interface LocateOptions {
  readonly path: string;
  /** The names of all tensors in the file. */
  readonly names: readonly string[];
  readonly keyMaps: readonly KeyMap[];
  /** The prefix that the user gave, if any. */
  readonly key?: string;
  /** Whether everything but the head is in a location, in shapes that fit. */
  readonly isComplete: (location: Location) => boolean;
}

/** The most locations that are compared with the model. */
const maxLocations = 32;

/** The greatest number of parts in a prefix. */
const maxDepth = 16;

/**
 * Finds a model among the names of a file, whatever dicts and wrappers hold it: under the prefix that makes the other
 * names known. Where no name is known, the location is the whole file under the first key map.
 *
 * @throws {UserError} where the file holds the model twice, or nothing of it under the prefix that the user gave
 */
export function locateModel({ path, names, keyMaps, key, isComplete }: LocateOptions): ModelLocation {
  const candidates = candidatesIn(names, keyMaps), complete: Location[] = [];
  for (const candidate of candidates) {
    if (complete.every(({ prefix }) => prefix !== candidate.prefix) && isComplete(candidate)) complete.push(candidate);
  }
  const isAsked = ({ prefix }: Location) => key === undefined || isUnder(prefix, key);
  const asked = complete.filter(isAsked);
  const clean = asked.filter((location) => !names.some((name) => isUnexpected(name, location, complete)));
  const locations = clean.length > 0 ? clean : asked;
  if (locations.length > 1) throw ambiguousError(path, locations);
  const [best = candidates.find(isAsked)] = locations;
  if (best) return { ...best, copies: copiesWithin(best, complete) };
  if (key !== undefined) throw new UserError(`${path} has no weight of the model under ${quote(key)}`);
  const [keyMap] = keyMaps;
  if (!keyMap) throw new TypeError("a model is located by at least one key map");
  return { prefix: "", keyMap, copies: [] };
}

function copiesWithin({ prefix }: Location, complete: readonly Location[]): readonly string[] {
  return complete.flatMap((other) => other.prefix !== prefix && other.prefix.startsWith(prefix) ? [other.prefix] : []);
}

function ambiguousError(path: string, locations: readonly Location[]): UserError {
  const shown = locations.slice(0, 4).map(({ prefix }) => quote(prefix.replace(/\.$/, "")));
  return new UserError(`${path} holds the model ${locations.length} times, under ${shown.join(" and ")}`, {
    remedy: `Say which is meant: ${shown.map((name) => `--weights-key ${name}`).join(" or ")}`,
  });
}

/** Whether a prefix is the one that a user gave, or is of wrappers within it. */
const isUnder = (prefix: string, key: string) =>
  key === "" ? prefix === "" : prefix.startsWith(`${key.replace(/\.$/, "")}.`);

/** Whether a tensor in a location belongs neither to the model there nor to a copy within it. */
function isUnexpected(name: string, { prefix, keyMap }: Location, complete: readonly Location[]): boolean {
  if (!name.startsWith(prefix)) return false;
  const rest = name.slice(prefix.length);
  if (keyMap.names.has(rest) || keyMap.naming.unused?.includes(rest) || isBookkeeping(rest) || isExtra(rest)) {
    return false;
  }
  return complete.every((other) => other.prefix.length <= prefix.length || !name.startsWith(other.prefix));
}

/** Finds every prefix of known names, under every key map, the one of most names first. */
function candidatesIn(names: readonly string[], keyMaps: readonly KeyMap[]): readonly Location[] {
  const counted = uniqueByNames(keyMaps).flatMap((keyMap) => {
    const longest = Math.max(...Array.from(keyMap.names, ({ length }) => length)), counts = new Map<string, number>();
    for (const name of names) {
      // From the end on, as no part of a name that is longer than `longest` can be known.
      for (let start = name.length; start > 0 && name.length - start <= longest;) {
        start = start < 2 ? 0 : name.lastIndexOf(".", start - 2) + 1;
        if (!keyMap.names.has(name.slice(start))) continue;
        const prefix = name.slice(0, start);
        counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
      }
    }
    return Array.from(counts, ([prefix, count]) => ({ prefix, keyMap, count }));
  });
  const most = counted.reduce((most, { count }) => Math.max(most, count), 0);
  return counted
    .filter(({ prefix, count }) => count * 2 >= most && prefix.split(".", maxDepth + 2).length <= maxDepth + 1)
    .sort((a, b) => b.count - a.count || a.prefix.length - b.prefix.length)
    .slice(0, maxLocations)
    .map(({ prefix, keyMap }) => ({ prefix, keyMap }));
}

/** The first key map of each set of names. */
function uniqueByNames(keyMaps: readonly KeyMap[]): readonly KeyMap[] {
  const byNames = new Map<string, KeyMap>();
  for (const keyMap of keyMaps) {
    const key = [...keyMap.names].join("\n");
    if (!byNames.has(key)) byNames.set(key, keyMap);
  }
  return [...byNames.values()];
}
