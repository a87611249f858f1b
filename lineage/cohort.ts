/** The three splits of a dataset. */
export const splitNames = ["train", "val", "test"] as const;

/** The name of a split. */
export type SplitName = (typeof splitNames)[number];

/** What identifies a film, so that a lineage can recognize it. */
export interface FilmIdentity {
  /** The digest of its file's size, first and last bytes, or of an array's row; absent where the film cannot be read. */
  readonly digest?: string;
  /** The digest of its decoded pixels, where it has been decoded: a renamed or losslessly re-encoded copy has the same. */
  readonly pixels?: string;
  /** Its name in the dataset. */
  readonly name: string;
  /** Its patient's number in the dataset; absent where the data name no patients. */
  readonly patient?: string;
  /** Whether it cannot be decoded. Its bytes have changed, so that only its name tells which film it is. */
  readonly damaged?: boolean;
}

/** The films of a dataset by their identities. */
export interface Cohort {
  /** The name of the layout that the films were read from. */
  readonly kind: string;
  /** Whether a program drew the films. */
  readonly synthetic: boolean;
  /** The films, in the order of the dataset. */
  readonly films: readonly FilmIdentity[];
}
