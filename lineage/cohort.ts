/** The three splits of a data set. */
export const splitNames = ["train", "val", "test"] as const;

export type SplitName = (typeof splitNames)[number];

/** What a film is known again by. */
export interface FilmIdentity {
  /** A digest of its file's size, first and last bytes, or of an array's row; absent where it cannot be read. */
  readonly digest?: string;
  /** A digest of its decoded pixels, where it has been decoded: a renamed or losslessly re-encoded copy has the same. */
  readonly pixels?: string;
  /** Its name in the data set. */
  readonly name: string;
  /** Its patient's number in the data set; absent where the data name no patients. */
  readonly patient?: string;
  /** It cannot be decoded: its bytes are not what they were, so that its name alone can tell what it is. */
  readonly damaged?: boolean;
}

/** The films of a data set, by what they are known again by. */
export interface Cohort {
  /** The layout that it was read from. */
  readonly kind: string;
  /** Whether a program drew the films. */
  readonly synthetic: boolean;
  readonly films: readonly FilmIdentity[];
}
