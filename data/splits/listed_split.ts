import { UserError } from "../../errors.ts";
import { type SplitName, splitNames } from "../../lineage/cohort.ts";
import type { Film, PredefinedSplit } from "../dataset.ts";

/** A list of films for one or two parts of a split. */
export interface FilmList {
  /** The name of its file, for messages. */
  readonly file: string;
  /** The parts of a split that its films may be in: one, or training and validation. */
  readonly parts: readonly SplitName[];
  /** Film indices. */
  readonly films: ReadonlySet<number>;
}

/** The split that lists describe together. */
export interface ListedSplit extends PredefinedSplit {
  /** Films on no list, and the parts that they are divided among: those without a list. */
  readonly unlisted: { readonly films: readonly number[]; readonly parts: readonly SplitName[] };
  /** Films for which the lists leave no part. */
  readonly unassigned: readonly number[];
}

/**
 * Combines lists into one split. A film goes to the part that all of its lists allow. A film of a list for training and validation
 * goes to whichever of the two has no list of its own; where neither has one, it is drawn. Films on no list are divided among the parts that no list is for.
 *
 * @param where The folder, for messages.
 * @throws {UserError} where two lists contradict each other about a film
 */
export function splitByLists(films: readonly Film[], lists: readonly FilmList[], where: string): ListedSplit {
  const listed = new Set(lists.flatMap(({ parts }) => parts));
  const own = new Set(lists.filter(({ parts }) => parts.length === 1).flatMap(({ parts }) => parts));
  const free = splitNames.filter((part) => !listed.has(part));
  const shared = splitNames.filter((part) => listed.has(part) && !own.has(part));
  const partsOf = (film: number) => {
    const containing = lists.filter((list) => list.films.has(film));
    if (containing.length === 0) return free;
    const allowed = splitNames.filter((part) => containing.every(({ parts }) => parts.includes(part)));
    if (allowed.length === 0) throw contradiction(where, films[film].image, containing);
    return allowed.length === 1 ? allowed : allowed.filter((part) => !own.has(part));
  };
  const places = films.map((_, film) => partsOf(film));
  const filmsWhere = (test: (parts: readonly SplitName[]) => boolean) =>
    [...films.keys()].filter((film) => test(places[film]));
  const open = [free, shared].find(({ length }) => length > 1) ?? [];
  const given = splitNames.filter((part) => !open.includes(part));
  return {
    given: Object.fromEntries(given.map((part) => [part, filmsWhere((parts) => `${parts}` === part)])),
    drawn: filmsWhere(({ length }) => length > 1),
    unlisted: { films: filmsWhere((parts) => parts === free && parts.length > 0), parts: free },
    unassigned: filmsWhere(({ length }) => length === 0),
  };
}

function contradiction(where: string, image: string, lists: readonly FilmList[]): UserError {
  return new UserError(`${where}: ${image} is on ${lists.map(({ file }) => file).join(" and ")}`, {
    remedy: "Keep it on one of them: a film is in one part of the split",
  });
}
