import { count } from "../errors.ts";
import type { SplitName } from "../lineage/cohort.ts";
import type { HeldOutCount } from "../lineage/held_out.ts";
import type { Recognition } from "../lineage/recognize.ts";

/** Which films a test takes: those of a split of the checkpoint's training, or every film of the folder. */
export type TestSplit = SplitName | "all";

/** The films of a test. */
export interface TestFilms {
  /** What they are: `all` too where a split is asked for that no film of the folder is in. */
  readonly split: TestSplit;
  /** Indices in the dataset, ascending. */
  readonly films: readonly number[];
  /** What is to be known about the choice, a sentence each. */
  readonly notes: readonly string[];
}

/** What else the choice depends on. */
export interface TestFilmsOptions {
  /** The dataset's own test list, where it has one. */
  readonly officialTest?: readonly number[];
  /** Whether the checkpoint records the films of its training. */
  readonly recorded: boolean;
  /** The films of that split in the trainings that the folder has films of. */
  readonly held: HeldOutCount;
}

/**
 * Chooses the films of a test: of a split, those that the training of the model or of an ancestor had there and that are still
 * there. A folder that holds no film of any training is tested whole. Without a record, the dataset's own test list is taken,
 * where it has one.
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
    return { split: wanted, films: every.filter((film) => films[film].split === wanted), notes };
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
