import type { FilmIdentity, SplitName } from "../lineage/cohort.ts";
import type { FilmJob } from "./stream/film_job.ts";

/** The digests of a film's content; without any where it cannot be read. */
export type FilmDigests = Pick<FilmIdentity, "digest" | "pixels">;

/** One film of a dataset. */
export interface Film {
  /** Its name for people: the table's image name, or `train/17` in an NPZ file. */
  readonly image: string;
  /** Whose film it is: no patient is ever in two splits. Where the data name none, each film has one of its own. */
  readonly patient: string;
  /** Indices of its positive labels, ascending; No Finding is a label. */
  readonly labels: readonly number[];
  /** The image file, for datasets of files. */
  readonly path?: string;
  /** Years. */
  readonly age?: number;
  readonly sex?: string;
  /** View position: `PA`, `AP`. */
  readonly view?: string;
}

/** The split that a dataset brings, in film indices. A film that is nowhere in it is in no split. */
export interface PredefinedSplit {
  /** Parts that stand as they are. */
  readonly given: { readonly [name in SplitName]?: readonly number[] };
  /** Films that are divided by patient among the parts which are not given, 7 : 1 : 2 (train, val, test). */
  readonly drawn: readonly number[];
}

/** Rows of a label table that name no film on disk. */
export interface MissingFilms {
  readonly count: number;
  readonly rows: number;
  /** The first one's name. */
  readonly first: string;
  /** True where that is no mistake: the whole published table beside a part of the films. */
  readonly expected: boolean;
}

/** Films with labels, whatever layout they were read from. Opening one decodes nothing. */
export interface Dataset {
  readonly kind: "nih" | "medmnist" | "phantom";
  /** The folder or file it was read from, or `phantom (synthetic)`. */
  readonly name: string;
  /** True where the films were drawn by a program: say so wherever a result is shown. */
  readonly synthetic: boolean;
  readonly labels: readonly string[];
  /** Whether the data name the patients. */
  readonly namesPatients: boolean;
  readonly films: readonly Film[];
  readonly predefinedSplit?: PredefinedSplit;
  readonly missing?: MissingFilms;
  /** What its reader dropped, ignored, chose or normalized, a sentence each; commands print it before anything else. */
  readonly notes: readonly string[];
  /** Finds damage that only reading everything can show; `verifyFilms` calls it. */
  readonly check?: () => Promise<void>;
  /** What film i is known again by, as far as that takes no decoding; see `identify.ts`. */
  readonly identify: (film: number) => FilmDigests | Promise<FilmDigests>;
  /** The job that decodes film i: plain data, for whichever thread runs it. */
  readonly job: (film: number) => FilmJob | Promise<FilmJob>;
}
