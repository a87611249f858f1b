import type { SplitName } from "../lineage/cohort.ts";
import type { Recognition } from "../lineage/recognize.ts";

/** Which films a test takes: those of a split of the checkpoint's own training, or every film of the folder. */
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

/**
 * Chooses the films of a test: of a split, those that the checkpoint's own training had there and that are still there. A
 * folder that holds no film of that training is tested whole. Without a record, the dataset's own test list is taken, where
 * it has one.
 */
export function chooseTestFilms(
  wanted: TestSplit,
  { films }: Pick<Recognition, "films">,
  { officialTest, recorded }: {
    readonly officialTest?: readonly number[];
    /** Whether the checkpoint records the films of its training. */
    readonly recorded: boolean;
  },
): TestFilms {
  const every = [...films.keys()];
  const fresh = films.filter(({ own }) => own === undefined).length;
  if (wanted === "all") return { split: "all", films: every, notes: [] };
  if (fresh < films.length) {
    const news = fresh > 0
      ? [`${count(fresh, "film")} of the folder ${fresh === 1 ? "is" : "are"} new since the training, and in no split`]
      : [];
    return { split: wanted, films: every.filter((film) => films[film].own === wanted), notes: news };
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

const count = (value: number, noun: string) => `${value.toLocaleString("en-US")} ${noun}${value === 1 ? "" : "s"}`;
