import { extname } from "node:path";
import { type NpyFilms, readNpyFilms } from "../data/inputs/npy_films.ts";
import { UserError } from "../errors.ts";

/** What the command line names to predict. */
export interface Inputs {
  /** Files, folders and globs. */
  readonly names: readonly string[];
  readonly list?: string;
}

/**
 * Returns what `--input`, `--input-list` and the arguments name.
 *
 * @throws {UserError} where that is nothing
 */
export function inputsOf(
  { input, inputList: list }: { readonly input?: string; readonly inputList?: string },
  args: readonly string[],
): Inputs {
  const names = [...(input === undefined ? [] : [input]), ...args];
  if (names.length === 0 && list === undefined) {
    throw new UserError("predict needs films", { remedy: "Name images, or a batch with --input FILE.npy" });
  }
  return { names, list };
}

/**
 * Reads the `.npy` batch among the inputs; undefined where there is none.
 *
 * @throws {UserError} where it is not alone, or cannot be read
 */
export async function readBatch({ names, list }: Inputs): Promise<NpyFilms | undefined> {
  const file = names.find((name) => extname(name) === ".npy");
  if (file === undefined) return undefined;
  if (names.length > 1 || list !== undefined) {
    throw new UserError("a .npy batch must be the only input", { remedy: `Predict ${file} without the others` });
  }
  return await readNpyFilms(file);
}
