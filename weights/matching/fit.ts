import type { Model } from "../../dsl/compile/compile.ts";
import { headOf } from "../../dsl/compile/tree.ts";
import { UserError } from "../../errors.ts";
import { type CheckpointMetadata, damagedMetadata, decodeMetadata } from "../checkpoint/checkpoint_metadata.ts";
import { type Dialect, dialectsIn } from "./dialect.ts";
import { type Match, match, show } from "./match.ts";
import type { InputScale, Library } from "../names/naming.ts";
import { notesOf, showNames } from "./fit_notes.ts";
import { checkValues, isRunningVariance } from "../parameter_values.ts";
import { quote } from "../quote.ts";
import { type Assumption, recognize, showScale } from "./recognize.ts";
import { compareSettings } from "./settings.ts";
import { prefixesOf, spellings } from "./spelling.ts";
import type { WeightsFile } from "../tensor_source.ts";
import { findWay, type Way } from "./ways.ts";

/** What the weights of a file are to be fitted to. */
export interface FitOptions {
  readonly model: Model;
  /** In the registry. */
  readonly name: string;
  /** Whose names the file has; by default they tell. */
  readonly library?: Library;
  /** Whose they are taken for where nothing in the file tells. */
  readonly assumed?: Assumption;
  /** Where the file has them, `state_dict_ema`, if it has them more than once; empty for names without a prefix. */
  readonly key?: string;
  /** Every tensor as it is, or none: no adapted stem, no head left out. */
  readonly strict?: boolean;
  /** Whether the last layer may be left out where it is of another size: what is trained anew needs no old one. */
  readonly headless?: boolean;
}

/** Weights of a file that fit a model. Names and shapes are compared; no value is read yet. */
export interface Fit {
  /** What the file is and what is made of it, a line each. */
  readonly notes: readonly string[];
  readonly input: InputScale;
  /** What the outputs mean, where the file says so. */
  readonly labels?: readonly string[];
  /** Whose names the file has. */
  readonly library: Dialect["name"];
  /** The collections of films that the library trained its published weights on, where it is known to have used films at all. */
  readonly trainedOn?: readonly string[];
  /** Parameters that the file has not: the last layer's. */
  readonly leftOut: ReadonlySet<string>;
  /**
   * The values of a parameter in our layout.
   *
   * @throws {UserError} where they are not finite, or a variance is below 0
   */
  read(path: string): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * Fits the tensors of a file to a model: recognizes whose names they have, and compares all names and shapes.
 *
 * @throws {UserError} that lists what is missing, of another shape, or of no use
 *
 * @example
 * ```ts ignore
 * using file = await openWeights("resnet18.pth");
 * const fit = fitWeights(file, { model, name: "resnet18" });
 * const kernel = await fit.read("conv1/kernel"); // [7, 7, 1, 64]
 * ```
 */
export function fitWeights(file: WeightsFile, options: FitOptions): Fit {
  const { model, name, key, strict = false } = options;
  const names = spellings(file.tensors.keys()), dialects = dialectsIn(model, name, options.library);
  const matchIn = (way: Way) =>
    match(file, { ...way, model, names, strict: strict || way.dialect.borrowedFrom !== undefined });
  const head = headOf(model.tree);
  const isWhole = (way: Way) => {
    const { misfits, strays } = matchIn(way);
    if (way.dialect.borrowedFrom !== undefined) return misfits.size === 0 && strays.length === 0;
    return [...misfits.keys()].every((path) => head.has(path));
  };
  const found = findWay({ path: file.path, names: [...names.keys()], dialects, key, isWhole });
  const way = { ...found, dialect: dialectIn(file, names, found, { ...options, dialects, isWhole }) };
  const matched = matchIn(way), { sources } = matched;
  const leftOut = checkMatch(file, matched, head, options);
  const own = recordedMetadata(file), { dialect } = way, scale = inputOf(file, dialect, own);
  const variances = new Set(model.parameters.filter(isRunningVariance).map((parameter) => parameter.path));
  return {
    notes: [
      `${file.path}: ${file.format}, ${showNames(dialect)}; for films ${showScale(scale.input, model.input[2])}`,
      ...scale.notes,
      ...own ? [] : compareSettings(file.path, dialect, file.beside?.settings),
      ...notesOf(file, names, { ...way, name }, matched),
      ...leftOut.notes,
    ],
    input: scale.input,
    labels: own?.labels ?? dialect.labels,
    library: dialect.name,
    trainedOn: own ? undefined : dialect.trainedOn,
    leftOut: leftOut.paths,
    async read(path) {
      const source = sources.get(path);
      if (!source) throw new TypeError(`there is no parameter ${path} in ${file.path}`);
      const parts: Float32Array<ArrayBuffer>[] = [];
      for (const name of source.names) {
        parts.push(checkValues(await file.read(name), { path: file.path, name, isVariance: variances.has(path) }));
      }
      const values = parts.length === 1 ? parts[0] : joined(parts);
      if (source.bias !== undefined) {
        const bias = checkValues(await file.read(source.bias), { path: file.path, name: source.bias });
        values.forEach((value, i) => values[i] = value - bias[i]);
      }
      return source.layout.ours(source.adaptation?.apply(values) ?? values);
    },
  };
}

/**
 * What a file of ours says of itself, whichever names its tensors have; undefined where it is not ours.
 *
 * @throws {UserError} where it is, and cannot be read: its range of films would have to be guessed
 */
export function recordedMetadata(
  { path, metadata }: Pick<WeightsFile, "path" | "metadata">,
): CheckpointMetadata | undefined {
  const recorded = "thorax" in metadata ? decodeMetadata(metadata) : undefined;
  if (typeof recorded === "string") throw damagedMetadata(path, recorded);
  return recorded;
}

/** How the films of a file are scaled: as it says itself, as its image processor does, or as its library's published weights ask for. */
function inputOf(
  { beside }: WeightsFile,
  { name, input }: Dialect,
  own?: CheckpointMetadata,
): { readonly input: InputScale; readonly notes: readonly string[] } {
  if (own) return { input: { mean: [own.preprocessing.mean], std: [own.preprocessing.std] }, notes: [] };
  if (name !== "huggingface" || !beside?.input) return { input, notes: [] };
  return { input: beside.input, notes: ["films are scaled as its preprocessor_config.json says"] };
}

/** The dialect of the names in a place: of several that have the same names, the one that the file is of. */
function dialectIn(
  file: WeightsFile,
  names: ReadonlyMap<string, string>,
  { prefix, dialect }: Way,
  { model, name, library, assumed, dialects, isWhole }: FitOptions & {
    readonly dialects: readonly Dialect[];
    readonly isWhole: (way: Way) => boolean;
  },
): Dialect {
  if (library !== undefined) return dialect;
  const [stem] = model.parameters;
  const inside = [...names.keys()].flatMap((name) => name.startsWith(prefix) ? [name.slice(prefix.length)] : []);
  // A mark may stand beside the module that holds the model.
  const marks = dialects.flatMap(({ mark }) =>
    mark !== undefined && prefixesOf(prefix).some((level) => names.has(level + mark)) ? [mark] : []
  );
  return recognize(dialects.filter((dialect) => dialect.borrowedFrom === undefined || isWhole({ prefix, dialect })), {
    path: file.path,
    model: name,
    names: new Set([...inside, ...marks]),
    channelsIn({ written }) {
      const [first = ""] = written.get(stem?.path)?.names ?? [];
      const { length, 1: channels } = file.tensors.get(names.get(prefix + first) ?? "")?.shape ?? [];
      return length === 4 ? channels : undefined;
    },
    hasScale: recordedMetadata(file) !== undefined,
    assumed,
  });
}

/**
 * The parameters that are left out.
 *
 * @throws {UserError} for every other that does not fit, and for tensors that are nothing of the model's
 */
function checkMatch(
  { path: file, tensors }: WeightsFile,
  { misfits, strays }: Match,
  head: ReadonlySet<string>,
  { strict = false, headless = false }: FitOptions,
): { readonly paths: ReadonlySet<string>; readonly notes: readonly string[] } {
  const isLeft = (path: string) => !strict && headless && head.has(path);
  const left = [...misfits].filter(([path]) => isLeft(path)), wrong = [...misfits].filter(([path]) => !isLeft(path));
  const faults = [
    ...wrong.map(([, { text }]) => text),
    ...strays.map((name) => `${quote(name)} ${show(tensors.get(name)?.shape ?? [])} is nothing of the model's`),
  ];
  if (faults.length > 0) {
    const isHead = strays.length === 0 && wrong.every(([path]) => head.has(path));
    const remedy = wrong.some(([, { isMissing }]) => isMissing)
      ? "It has no last layer, so it predicts nothing yet: train one, with train --weights"
      : "Build the model for as many classes as the file has";
    throw new UserError(`${file} does not fit the model: ${shorten(faults)}`, { remedy: isHead ? remedy : undefined });
  }
  // What is left out is drawn anew, so a layer of which only the kernel is of another size goes whole.
  return { paths: left.length > 0 ? head : new Set(), notes: left.map(([, { text }]) => `left out: ${text}`) };
}

/** Parts of a parameter, one after the other. */
function joined(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** As many faults as a line holds. */
function shorten(faults: readonly string[]): string {
  const shown = 6;
  return faults.slice(0, shown).join("; ") + (faults.length > shown ? `; and ${faults.length - shown} more` : "");
}
