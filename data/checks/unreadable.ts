import { UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import type { Split } from "../splits/split.ts";

/** Thrown where too many films cannot be decoded for the work to go on; exit status 1. */
export class UnreadableFilmsError extends UserError {
  constructor(message: string) {
    super(message, { remedy: "Restore them, or move them away and give --on-bad-image skip", exitStatus: 1 });
  }
}

/**
 * Passes over films that cannot be decoded, as `onUnreadable` of `openBatches`: names each in a line, and throws
 * {@linkcode UnreadableFilmsError} at the one that makes them more than 1 % of the `total` that the work is about. A single film
 * never does.
 */
export function skipUnreadable(
  { films }: Pick<Dataset, "films">,
  { total, tell }: { readonly total: number; readonly tell: (line: string) => void },
): (film: number, reason: string) => void {
  let count = 0;
  return (film, reason) => {
    count++;
    tell(`${films[film].image} is left out: ${reason}`);
    if (count > Math.max(1, total / 100)) {
      throw new UnreadableFilmsError(`${count} of ${total} films cannot be decoded, which is more than 1 %`);
    }
  };
}

/**
 * A split without the films that cannot be read. Throws a {@linkcode UserError} where nothing is left of a part that had films.
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
