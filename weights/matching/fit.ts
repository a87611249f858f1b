import { headOf } from "../../dsl/compile/tree.ts";
import { UserError } from "../../errors.ts";
import { type CheckpointMetadata, recordedMetadata } from "../checkpoint/checkpoint_metadata.ts";
import type { InputNormalization, Library } from "../names/naming.ts";
import { quote } from "../quote.ts";
import type { WeightsFile } from "../tensor_source.ts";
import { type Assumption, chooseKeyMap, showNormalization } from "./choose_key_map.ts";
import { describeFit, describeNames } from "./fit_notes.ts";
import { type KeyMap, keyMapsIn, type NamedModel } from "./key_map.ts";
import { locateModel, type Location, type ModelLocation } from "./locate.ts";
import { type Match, match, show } from "./match.ts";
import { parameterReader } from "./parameter_reader.ts";
import { prefixesOf, withoutWrappers } from "./prefixes.ts";
import { compareSettings } from "./settings.ts";

/** What the weights of a file are fitted to, and how. */
export interface FitOptions extends NamedModel {
  /** The library whose names the file has. By default the names tell. */
  readonly library?: Library;
  /** The library that the file is taken to be from, where nothing in it tells. */
  readonly assumed?: Assumption;
  /**
   * The prefix of the weights, such as `state_dict_ema`, where the file holds the model twice; empty for names without
   * a prefix.
   */
  readonly key?: string;
  /** Whether every tensor must fit as it is, with no adapted stem and no head left out. */
  readonly strict?: boolean;
  /** Whether the last layer may be left out where it is of another size, as training draws a new one. */
  readonly headless?: boolean;
}

/** The weights of a file that fit a model. Names and shapes are compared; values are not read yet. */
export interface Fit {
  /** Lines for the user about what the file is, and what was done to make it fit. */
  readonly notes: readonly string[];
  /** How the input is normalized. */
  readonly normalization: InputNormalization;
  /** The labels of the outputs, where they are known. */
  readonly labels?: readonly string[];
  /** The library whose names the file has. */
  readonly library: KeyMap["library"];
  /** The collections of films that the library trained its published weights on, where there are any. */
  readonly trainedOn?: readonly string[];
  /** The paths of parameters that are not taken from the file: all of the last layer's, or none. */
  readonly leftOut: ReadonlySet<string>;
  /**
   * Reads the values of a parameter, in our layout.
   *
   * @throws {UserError} where they are not finite, or a variance is below 0
   */
  read(path: string): Promise<Float32Array<ArrayBuffer>>;
}

/** The names of a file without wrappers, and where a model is among them. */
interface Placement {
  readonly names: ReadonlyMap<string, string>;
  readonly found: ModelLocation;
  readonly matchAt: (location: Location) => Match;
  /** Whether everything but the head is there. */
  readonly isComplete: (location: Location) => boolean;
}

/** Takes the first of several ways to leave out wrappers under which the model is complete; else the first of all. */
function firstComplete(
  [usual, ...others]: ReturnType<typeof withoutWrappers>,
  place: (names: ReadonlyMap<string, string>) => Placement,
): Placement {
  const first = place(usual);
  if (others.length === 0 || first.isComplete(first.found)) return first;
  return others.map(place).find(({ found, isComplete }) => isComplete(found)) ?? first;
}

/**
 * Fits the tensors of a file to a model: it finds the model in the file, recognizes whose names the tensors have, and
 * compares all names and shapes.
 *
 * @throws {UserError} that lists the tensors that are missing, are of another shape, or are not part of the model
 *
 * @example
 * ```ts ignore
 * using file = await openWeights("resnet18.pth");
 * const { weightNames } = registry.resnet18;
 * const fit = fitWeights(file, { model, name: "resnet18", weightNames });
 * const kernel = await fit.read("conv1/kernel"); // [7, 7, 1, 64]
 * ```
 */
export function fitWeights(file: WeightsFile, options: FitOptions): Fit {
  const { model, name, key, strict = false } = options;
  const keyMaps = keyMapsIn(options, options.library, options.assumed?.library), head = headOf(model.tree);
  const place = (names: ReadonlyMap<string, string>): Placement => {
    const matchAt = (location: Location) =>
      match(file, { ...location, model, names, strict: strict || location.keyMap.borrowedFrom !== undefined });
    const isComplete = (location: Location) => {
      const { mismatches, unexpected } = matchAt(location);
      if (location.keyMap.borrowedFrom !== undefined) return mismatches.size === 0 && unexpected.length === 0;
      return [...mismatches.keys()].every((path) => head.has(path));
    };
    const found = locateModel({ path: file.path, names: [...names.keys()], keyMaps, key, isComplete });
    return { names, found, matchAt, isComplete };
  };
  const { names, found, matchAt, isComplete } = firstComplete(withoutWrappers(file.tensors.keys()), place);
  const keyMap = keyMapAt(file, names, found, { ...options, keyMaps, isComplete }), location = { ...found, keyMap };
  const matched = matchAt(location), leftOut = checkMatch(file, matched, head, options);
  const own = recordedMetadata(file), { normalization, notes } = normalizationOf(file, keyMap, own);
  const [, , channels = 1] = model.input, shown = showNormalization(normalization, channels);
  return {
    notes: [
      `${file.path}: ${file.format}, ${describeNames(keyMap)}; for films ${shown}`,
      ...notes,
      ...own ? [] : compareSettings(file.path, keyMap, file.beside?.settings),
      ...describeFit(file, names, { ...location, name }, matched),
      ...leftOut.notes,
    ],
    normalization,
    labels: own?.labels ?? keyMap.naming.labels,
    library: keyMap.library,
    trainedOn: own ? undefined : keyMap.naming.trainedOn,
    leftOut: leftOut.paths,
    read: parameterReader(file, model, matched.sources),
  };
}

/**
 * The normalization that the file records, that its image processor has, or that its library's published weights
 * expect.
 */
function normalizationOf(
  { beside }: WeightsFile,
  { library, normalization }: KeyMap,
  own?: CheckpointMetadata,
): { readonly normalization: InputNormalization; readonly notes: readonly string[] } {
  if (own) return { normalization: { mean: [own.preprocessing.mean], std: [own.preprocessing.std] }, notes: [] };
  if (library !== "huggingface" || !beside?.normalization) return { normalization, notes: [] };
  const notes = ["films are scaled as its preprocessor_config.json says"];
  return { normalization: beside.normalization, notes };
}

/** Chooses the key map at a location: of several that have the same names, the one that the file follows. */
function keyMapAt(
  file: WeightsFile,
  names: ReadonlyMap<string, string>,
  { prefix, keyMap }: Location,
  { model, name, library, assumed, keyMaps, isComplete }: FitOptions & {
    readonly keyMaps: readonly KeyMap[];
    readonly isComplete: (location: Location) => boolean;
  },
): KeyMap {
  if (library !== undefined) return keyMap;
  const [stem] = model.parameters;
  const inside = [...names.keys()].flatMap((name) => name.startsWith(prefix) ? [name.slice(prefix.length)] : []);
  // A marker may stand beside the module that holds the model.
  const markers = keyMaps.flatMap(({ naming: { marker } }) =>
    marker !== undefined && prefixesOf(prefix).some((level) => names.has(level + marker)) ? [marker] : []
  );
  return chooseKeyMap(keyMaps.filter((other) => !other.borrowedFrom || isComplete({ prefix, keyMap: other })), {
    path: file.path,
    model: name,
    names: new Set([...inside, ...markers]),
    channelsIn({ entries }) {
      const [first = ""] = entries.get(stem?.path ?? "")?.names ?? [];
      const { length, 1: channels } = file.tensors.get(names.get(prefix + first) ?? "")?.shape ?? [];
      return length === 4 ? channels : undefined;
    },
    hasNormalization: recordedMetadata(file) !== undefined,
    assumed,
  });
}

/**
 * Decides which parameters are left out.
 *
 * @throws {UserError} for all others that do not fit, and for tensors that are not part of the model
 */
function checkMatch(
  { path: file, tensors }: WeightsFile,
  { mismatches, unexpected }: Match,
  head: ReadonlySet<string>,
  { strict = false, headless = false }: FitOptions,
): { readonly paths: ReadonlySet<string>; readonly notes: readonly string[] } {
  const mayBeLeftOut = (path: string) => !strict && headless && head.has(path);
  const left = [...mismatches].filter(([path]) => mayBeLeftOut(path));
  const wrong = [...mismatches].filter(([path]) => !mayBeLeftOut(path));
  const faults = [
    ...wrong.map(([, { text }]) => text),
    ...unexpected.map((name) => `${quote(name)} ${show(tensors.get(name)?.shape ?? [])} is not part of the model`),
  ];
  if (faults.length > 0) {
    const isHead = unexpected.length === 0 && wrong.every(([path]) => head.has(path));
    const remedy = wrong.some(([, { isMissing }]) => isMissing)
      ? "It has no last layer, so it predicts nothing yet: train one, with train --weights"
      : "Build the model for as many classes as the file has";
    throw new UserError(`${file} does not fit the model: ${shorten(faults)}`, { remedy: isHead ? remedy : undefined });
  }
  // The last layer is drawn anew as a whole, even where only its kernel is of another size.
  return { paths: left.length > 0 ? head : new Set(), notes: left.map(([, { text }]) => `left out: ${text}`) };
}

/** Lists as many faults as a line holds. */
function shorten(faults: readonly string[]): string {
  const shown = 6;
  return faults.slice(0, shown).join("; ") + (faults.length > shown ? `; and ${faults.length - shown} more` : "");
}
