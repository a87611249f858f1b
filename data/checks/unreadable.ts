import { UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import type { Split } from "../splits/split.ts";

/** The error for more unreadable films than a run tolerates; exit status 1. */
export class UnreadableFilmsError extends UserError {
  /** Makes the error; the remedy is fixed. */
  constructor(message: string) {
    super(message, { remedy: "Restore them, or move them away and give --on-bad-image skip", exitStatus: 1 });
  }
}

/**
 * Makes a function that skips films which cannot be decoded, for `onUnreadable` of `openBatches`. It logs a line for each film.
 * Where they become more than 1 % of `total` films, and more than one, it throws {@linkcode UnreadableFilmsError}.
 */
export function skipUnreadable(
  { films }: Pick<Dataset, "films">,
  { total, log }: { readonly total: number; readonly log: (line: string) => void },
): (film: number, reason: string) => void {
  let count = 0;
  return (film, reason) => {
    count++;
    log(`${films[film].image} is left out: ${reason}`);
    if (count > Math.max(1, total / 100)) {
      throw new UnreadableFilmsError(`${count} of ${total} films cannot be decoded, which is more than 1 %`);
    }
  };
}

/**
 * Returns a split without the films that cannot be read.
 *
 * @throws {UserError} where no film is left in a part that had films
 */
export function withoutFilms({ train, val, test }: Split, unreadable: ReadonlyMap<number, string>): Split {
  const readable = (name: string, films: readonly number[]) => {
    const left = films.filter((film) => !unreadable.has(film));
    if (left.length > 0 || films.length === 0) return left;
    throw new UserError(`none of the ${films.length} films of the ${name} split can be read`, {
      remedy: "Restore them",
    });
  };
  return { train: readable("train", train), val: readable("val", val), test: readable("test", test) };
}
