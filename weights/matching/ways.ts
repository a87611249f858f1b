import { UserError } from "../../errors.ts";
import type { Dialect } from "./dialect.ts";
import { isBookkeeping, isExtra } from "./extras.ts";
import { quote } from "../quote.ts";

/** A place in a file where a model may be: the names that begin with a prefix, without it. */
export interface Way {
  /** `state_dict.module.`, or nothing. */
  readonly prefix: string;
  /** The dialect that most of these names are of: there may be others that have the same. */
  readonly dialect: Dialect;
}

/** What is looked for, and in what. */
export interface Search {
  readonly path: string;
  /** Of all tensors of the file. */
  readonly names: readonly string[];
  readonly dialects: readonly Dialect[];
  /** The prefix that the user named, if any. */
  readonly key?: string;
  /** Whether all but the head is there, in shapes that fit. */
  readonly isWhole: (way: Way) => boolean;
}

/** As many places are tried. */
const mostPlaces = 32;

/** Dicts and wrappers within one another. */
const deepest = 16;

/** The way to a model, and the prefixes within its place that hold the model again. */
export interface FoundWay extends Way {
  readonly others: readonly string[];
}

/**
 * Finds a model among the names of a file, whatever dicts and wrappers they lie in: under the prefix that makes the rest known. Where no
 * name is known, it is the whole file in the first dialect.
 *
 * @throws {UserError} where the file holds the model in two places, or nothing of it in the place that the user names
 */
export function findWay({ path, names, dialects, key, isWhole }: Search): FoundWay {
  const places = placesOf(names, dialects), whole: Way[] = [];
  for (const place of places) {
    if (whole.every(({ prefix }) => prefix !== place.prefix) && isWhole(place)) whole.push(place);
  }
  const found = ({ prefix, dialect }: Way) => ({
    ...{ prefix, dialect },
    others: whole.flatMap((way) => way.prefix !== prefix && way.prefix.startsWith(prefix) ? [way.prefix] : []),
  });
  const isMeant = ({ prefix }: Way) => key === undefined || isNamed(prefix, key);
  const clean = whole.filter((way) => isMeant(way) && !names.some((name) => isStray(name, way, whole)));
  const ways = clean.length > 0 ? clean : whole.filter(isMeant);
  if (ways.length > 1) throw ambiguous(path, ways);
  const [best = places.find(isMeant)] = ways;
  if (best) return found(best);
  if (key !== undefined) throw new UserError(`${path} has no weight of the model under ${quote(key)}`);
  return found({ prefix: "", dialect: dialects[0] });
}

function ambiguous(path: string, ways: readonly Way[]): UserError {
  const shown = ways.slice(0, 4).map(({ prefix }) => quote(prefix.replace(/\.$/, "")));
  return new UserError(`${path} holds the model ${ways.length} times, under ${shown.join(" and ")}`, {
    remedy: `Say which is meant: ${shown.map((name) => `--weights-key ${name}`).join(" or ")}`,
  });
}

/** Whether a prefix is the one that a user means: the whole of it, or what all wrappers within it hang on. */
const isNamed = (prefix: string, key: string) =>
  key === "" ? prefix === "" : prefix.startsWith(`${key.replace(/\.$/, "")}.`);

/** Whether a tensor that lies in a place is not of the model there, nor of another in a place within it. */
function isStray(name: string, { prefix, dialect }: Way, whole: readonly Way[]): boolean {
  if (!name.startsWith(prefix)) return false;
  const rest = name.slice(prefix.length);
  if (dialect.names.has(rest) || dialect.spare?.includes(rest) || isBookkeeping(rest) || isExtra(rest)) return false;
  return whole.every((other) => other.prefix.length <= prefix.length || !name.startsWith(other.prefix));
}

/** Every prefix that known names have, in every dialect, the one of most names first. */
function placesOf(names: readonly string[], dialects: readonly Dialect[]): readonly Way[] {
  const counted = different(dialects).flatMap((dialect) => {
    const longest = Math.max(...Array.from(dialect.names, ({ length }) => length)), counts = new Map<string, number>();
    for (const name of names) {
      // From the end on: no longer part of a name can be known.
      for (let start = name.length; start > 0 && name.length - start <= longest;) {
        start = start < 2 ? 0 : name.lastIndexOf(".", start - 2) + 1;
        if (!dialect.names.has(name.slice(start))) continue;
        const prefix = name.slice(0, start);
        counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
      }
    }
    return Array.from(counts, ([prefix, count]) => ({ prefix, dialect, count }));
  });
  const most = counted.reduce((most, { count }) => Math.max(most, count), 0);
  return counted.filter(({ prefix, count }) =>
    count * 2 >= most && prefix.split(".", deepest + 2).length <= deepest + 1
  )
    .sort((a, b) => b.count - a.count || a.prefix.length - b.prefix.length).slice(0, mostPlaces);
}

/** One dialect of each set of names. */
function different(dialects: readonly Dialect[]): readonly Dialect[] {
  return [
    ...new Map(dialects.map((dialect) => [[...dialect.names].join("\n"), dialect] as const).toReversed()).values(),
  ].toReversed();
}
