import type { Dataset } from "../dataset.ts";

/** The folder or file that `--data-dir` names. */
export interface DatasetPlace {
  /** Its path, without a slash at the end. */
  readonly path: string;
  /** Whether it is a file. */
  readonly isFile: boolean;
}

/** What a reader opens in a {@linkcode DatasetPlace}. */
export interface DatasetSource {
  /** The file, or folder, that names the films and their labels. */
  readonly path: string;
  /** Names of the files that the reader could open in place of `path`, and does not. */
  readonly others: readonly string[];
}

/** How {@linkcode FileReader.open} reads a source. */
export interface ReaderOptions {
  /** The labels that a `label_dict.txt` sets, in order; by default the layout's own. */
  readonly labels?: readonly string[];
}

/** Reads datasets of one layout from a folder or a file. */
export interface FileReader {
  /** Where the films come from. */
  readonly from: "files";
  /** What the layout consists of, as messages say it: "an .npz file with the arrays …". */
  readonly looks: string;
  /** Whether a file of this name may belong to the layout. Thorax lists such files where another reader opens their folder. */
  readonly mayRead: (name: string) => boolean;
  /**
   * Looks for the layout in a place, reading as little as it can.
   *
   * @returns What to open; `undefined` where the layout is not there.
   * @throws {UserError} where several sources fit equally well
   */
  readonly find: (place: DatasetPlace) => Promise<DatasetSource | undefined>;
  /**
   * Opens what `find` has found. It decodes no image.
   *
   * @throws {UserError} where the source contradicts itself or the folder
   */
  readonly open: (source: DatasetSource, options: ReaderOptions) => Promise<Dataset>;
}

/** Draws a dataset by program, so that it needs no files. */
export interface SyntheticReader {
  /** Where the films come from. */
  readonly from: "program";
  /** What it draws, as messages say it. */
  readonly looks: string;
  /** Opens the dataset. It draws no film. */
  readonly open: () => Dataset;
}

/** One kind of dataset: how to recognize it, and how to open it. */
export type DatasetReader = FileReader | SyntheticReader;
