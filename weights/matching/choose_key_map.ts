import { UserError } from "../../errors.ts";
import { channelNormalizations, grayLibraries, type InputNormalization, type Library } from "../names/naming.ts";
import { quote } from "../quote.ts";
import type { KeyMap } from "./key_map.ts";

/** What is known about a file when its key map is chosen. */
export interface FileClues {
  readonly path: string;
  /** The name of the model that it is to hold the weights of. */
  readonly model: string;
  /** The names of its tensors. */
  readonly names: ReadonlySet<string>;
  /** Returns the input channels of its first convolution, if it has one under a key map's names. */
  readonly channelsIn: (keyMap: KeyMap) => number | undefined;
  /**
   * Whether the file itself says how films are normalized. Then it does not matter which of several libraries it is
   * from.
   */
  readonly hasNormalization: boolean;
  readonly assumed?: Assumption;
}

/** The library that a file is taken to be from, where its names are those of several. */
export interface Assumption {
  /** The library whose names and normalization are assumed. */
  readonly library: Library;
  /** Whether files for color are too. If not, they are from a library that publishes weights for color. */
  readonly inColor: boolean;
}

/**
 * Chooses the key map that a file follows: the one whose marker it holds, or else the one most of whose names it has.
 * Among several with equally many, a file for color is from a library that publishes weights for color. Where the
 * others normalize films differently, nothing in the file tells which is right, and it is from the library that is
 * assumed.
 *
 * @throws {UserError} where the file has no name of any key map, or the user must say which library it is from, or that
 * the model is the same
 */
export function chooseKeyMap(keyMaps: readonly KeyMap[], file: FileClues): KeyMap {
  const equals = mostNames(keyMaps, file), best = equals.filter(({ naming }) => naming.caveat === undefined);
  const [doubtful] = equals, [first] = best;
  if (!first) throw doubtful ? caveatError(file.path, doubtful) : unknownNamesError(keyMaps, file);
  const isMarked = ({ naming: { marker } }: KeyMap) => marker !== undefined && file.names.has(marker);
  const [sure] = best.filter(isMarked), marked = keyMaps.find(isMarked);
  if (sure) return sure;
  if (marked && !file.hasNormalization) throw markerError(file.path, marked, first);
  return chooseByInput(best.filter(({ needsMarker }) => !needsMarker), file);
}

/** Chooses among key maps of the same names by the input of the weights that their libraries publish. */
function chooseByInput(keyMaps: readonly KeyMap[], { path, channelsIn, hasNormalization, assumed }: FileClues): KeyMap {
  const [first] = keyMaps, channels = first && channelsIn(first);
  const published = keyMaps.filter(({ library }) =>
    channels !== 3 || library === "Thorax" || !grayLibraries.has(library) ||
    (assumed?.inColor && library === assumed.library)
  );
  const shown = published.map(({ normalization }) => showNormalization(normalization, 1));
  const different = published.filter((_, i) => !shown.slice(0, i).some((earlier) => earlier === shown[i]));
  const [own] = published;
  if (own && (hasNormalization || different.length === 1)) return own;
  const taken = published.find(({ library }) => library === assumed?.library);
  if (taken) return taken;
  if (own && channels === undefined) return own;
  const flags = different.map(({ library, normalization }) =>
    `--names ${library} for films ${showNormalization(normalization, 1)}`
  );
  throw new UserError(
    `${path} is for films of ${channels} channel${channels === 1 ? "" : "s"}, and its names are those of ` +
      `${published.map(({ library }) => library).join(", ")}, which scale such films differently`,
    { remedy: `Say how it was trained: ${flags.join(", ")}` },
  );
}

/** The key maps most of whose names the file has; none if it has no name of any. */
function mostNames(keyMaps: readonly KeyMap[], file: FileClues): readonly KeyMap[] {
  const scores = keyMaps.map((keyMap) => [...keyMap.names].filter((name) => file.names.has(name)).length);
  const greatest = Math.max(...scores);
  return keyMaps.filter((_, i) => greatest > 0 && scores[i] === greatest);
}

function caveatError(path: string, { library, naming: { caveat } }: KeyMap): UserError {
  return new UserError(`${path} has the names of ${library}, which do not tell all of the model: ${caveat}`, {
    remedy: `Give --names ${library} if it was built as it is here`,
  });
}

function markerError(path: string, marked: KeyMap, { library, normalization }: KeyMap): UserError {
  const { marker } = marked.naming, films = `if its films are ${showNormalization(normalization, 1)}`;
  return new UserError(
    `${path} holds ${marker}, as ${marked.library} keeps it beside its weights, under the names of ${library}`,
    { remedy: library === "Thorax" ? `Save it without ${marker} ${films}` : `Give --names ${library} ${films}` },
  );
}

function unknownNamesError(keyMaps: readonly KeyMap[], { path, model, names }: FileClues): UserError {
  const [first = "nothing"] = names;
  const known = new Set(
    keyMaps.flatMap(({ entries }) => [...entries.values()].slice(0, 1).map(({ names }) => names[0])),
  );
  return new UserError(
    `${path} has no weight of ${model} under a known name: its first tensor is ${
      quote(first)
    }, and ${model} begins with ` +
      [...known].join(" or "),
  );
}

/** Shows a normalization as a formula, `(x/255 − 0.5)/0.5`, with a number for each channel where they differ. */
export function showNormalization(normalization: InputNormalization, channels: number): string {
  const each = channelNormalizations(normalization, channels);
  const show = (values: readonly number[]) => {
    const different = [...new Set(values.map((value) => +value.toPrecision(4)))];
    return different.length === 1 ? `${different[0]}` : `[${different.join(", ")}]`;
  };
  return `(x/255 − ${show(each.map(({ mean }) => mean))})/${show(each.map(({ std }) => std))}`;
}
