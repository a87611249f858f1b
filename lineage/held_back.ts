import type { Cohort } from "./cohort.ts";
import { saltedDigest } from "./digest.ts";
import { type Generation, openNames, openSplits } from "./generation.ts";
import type { Recognition } from "./recognize.ts";

/** How many films a training run held back, for validation or the test, and how many of them are gone. */
export interface HeldBack {
  readonly films: number;
  readonly gone: number;
}

/**
 * Counts the films that a model's own training held back, and those that a cohort lacks: by their content, or by their names
 * where these find more, as a damaged film that was restored has other bytes.
 */
export function countHeldBack(
  own: Generation,
  { films }: Cohort,
  recognition: Pick<Recognition, "films">,
  splits: readonly ("val" | "test")[] = ["val", "test"],
): HeldBack {
  if (own.type === "foreign") return { films: 0, gone: 0 };
  const held = own.type === "named" ? openNames(own) : namesOf(openSplits(own));
  const names = splits.flatMap((split) => [...held[split]]);
  const here = new Set(films.map(({ name }) => saltedDigest(own.salt, name)));
  const found =
    recognition.films.filter(({ split, generation }) => generation === 0 && splits.some((held) => held === split))
      .length;
  const goneByName = names.filter((name) => !here.has(name)).length;
  return { films: names.length, gone: Math.min(goneByName, Math.max(0, names.length - found)) };
}

const namesOf = ({ val, test }: ReturnType<typeof openSplits>) => ({ val: val.names, test: test.names });
