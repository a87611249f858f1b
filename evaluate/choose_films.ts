import { count } from "../errors.ts";
import type { SplitName } from "../lineage/cohort.ts";
import type { HeldOutCount } from "../lineage/held_out.ts";
import type { Recognition } from "../lineage/recognize.ts";

/** The films that a test takes: those of a split of the model's training, or every film of the dataset. */
export type TestSplit = SplitName | "all";

/** The films of a test. */
export interface TestFilms {
  /** Their split: `all` also if no film of the dataset is in the split that was asked for. */
  readonly split: TestSplit;
  /** Indices in the dataset, ascending. */
  readonly films: readonly number[];
  /** What to know about the choice, a sentence each. */
  readonly notes: readonly string[];
}

/** Options of {@linkcode chooseTestFilms}. */
export interface TestFilmsOptions {
  /** The dataset's own test list, where it has one. */
  readonly officialTest?: readonly number[];
  /** Whether the checkpoint records the films of its training. */
  readonly recorded: boolean;
  /** How many films the trainings that the dataset has films of held back in that split, and how many of them are gone. */
  readonly held: HeldOutCount;
}

/**
 * Chooses the films of a test. Of a split, these are the films that the training of the model or of an ancestor had in it and that the
 * dataset still holds. A dataset that holds no film of any training is tested whole. Without a record, the dataset's own test list is
 * taken, or all films if it has none.
 */
export function chooseTestFilms(
  wanted: TestSplit,
  { films }: Pick<Recognition, "films">,
  { officialTest, recorded, held }: TestFilmsOptions,
): TestFilms {
  const every = [...films.keys()];
  const strangers = films.filter(({ split }) => split === undefined).length;
  if (wanted === "all") return { split: "all", films: every, notes: [] };
  if (strangers < films.length) {
    const notes = [
      ...(wanted !== "train" && held.gone > 0
        ? [
          `${held.gone} of the ${count(held.films, `recorded ${wanted === "val" ? "validation" : "test"} film`)} ${
            held.gone === 1 ? "is" : "are"
          } not in the folder`,
        ]
        : []),
      ...(strangers > 0
        ? [
          `${count(strangers, "film")} of the folder ${
            strangers === 1 ? "is" : "are"
          } in no split of the recorded training`,
        ]
        : []),
    ];
    return { split: wanted, films: every.filter((film) => films[film]?.split === wanted), notes };
  }
  if (!recorded && wanted === "test" && officialTest) {
    const note = "The checkpoint records no films: the test list of the folder is taken";
    return { split: "test", films: officialTest, notes: [note] };
  }
  const why = recorded
    ? "No film of the folder is one of those that the model was trained, validated or tested on"
    : "The checkpoint records no films";
  return { split: "all", films: every, notes: [`${why}: all ${count(films.length, "film")} are tested`] };
}
