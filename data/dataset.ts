import type { FilmIdentity, SplitName } from "../lineage/cohort.ts";
import type { FilmJob } from "./stream/film_job.ts";

/** The digests of a film's content; empty where the film cannot be read. */
export type FilmDigests = Pick<FilmIdentity, "digest" | "pixels">;

/** One film of a dataset. */
export interface Film {
  /** The film's name for people: the table's image name, or `train/17` in an NPZ file. */
  readonly image: string;
  /** The film's patient: no patient is ever in two splits. Where the data name no patients, each film has one of its own. */
  readonly patient: string;
  /** Indices of the film's positive labels, ascending; No Finding is a label. */
  readonly labels: readonly number[];
  /** The image file, in datasets of files. */
  readonly path?: string;
  /** The patient's age in years. */
  readonly age?: number;
  /** The patient's sex as the data write it: `F`, `M`. */
  readonly sex?: string;
  /** The view position: `PA`, `AP`. */
  readonly view?: string;
}

/** The split that a dataset brings, in film indices. A film that is nowhere in it is in no split. */
export interface PredefinedSplit {
  /** The parts that stand as they are. */
  readonly given: { readonly [name in SplitName]?: readonly number[] };
  /** Films that are divided by patient among the parts which are not given, 7 : 1 : 2 (train, val, test). */
  readonly drawn: readonly number[];
}

/** Rows of a label table whose image is not on disk. */
export interface MissingFilms {
  /** How many there are. */
  readonly count: number;
  /** How many rows the table has. */
  readonly rows: number;
  /** The name of the first of them. */
  readonly first: string;
  /** Whether this is expected: a folder beside the whole published table often holds a part of the films. */
  readonly expected: boolean;
}

/** Films with labels, whatever layout they were read from. Opening a dataset decodes nothing. */
export interface Dataset {
  /** The name of its layout: a kind of `openDataset`, or a name of your own for films from elsewhere. */
  readonly kind: string;
  /** The folder or file that it was read from, or `phantom (synthetic)`. */
  readonly name: string;
  /** Whether a program drew the films. Say so wherever a result is shown. */
  readonly synthetic: boolean;
  /** The labels' names, in the order of a model's outputs. */
  readonly labels: readonly string[];
  /** Whether the data name the patients. */
  readonly namesPatients: boolean;
  /** The films, in the data's order. */
  readonly films: readonly Film[];
  /** The split that the data bring; absent where all of it is drawn. */
  readonly predefinedSplit?: PredefinedSplit;
  /** Rows without an image; absent where there are none. */
  readonly missing?: MissingFilms;
  /** What the reader dropped, ignored, chose or normalized, a sentence each. Commands print them before anything else. */
  readonly notes: readonly string[];
  /** Finds damage that only reading everything can show. `verifyFilms` calls it. */
  readonly check?: () => Promise<void>;
  /** Digests of film i, as far as they take no decoding. A checkpoint recognizes the film by them. */
  readonly identify: (film: number) => FilmDigests | Promise<FilmDigests>;
  /** The job that decodes film i: plain data, for any thread to run. */
  readonly job: (film: number) => FilmJob | Promise<FilmJob>;
}
