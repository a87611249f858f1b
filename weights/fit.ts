import type { Model, Parameter } from "../dsl/compile.ts";
import type { Shape } from "../dsl/shape.ts";
import { headOf } from "../dsl/tree.ts";
import { UserError } from "../errors.ts";
import { type Adaptation, adaptations } from "./adapt.ts";
import { type CheckpointMetadata, damagedMetadata, decodeMetadata } from "./checkpoint_metadata.ts";
import { type Dialect, dialectOf, dialectsOf, isBookkeeping, type Written } from "./dialect.ts";
import type { InputScale, Library } from "./names/naming.ts";
import { checkValues, isRunningVariance } from "./parameter_values.ts";
import { quote } from "./safetensors_header.ts";
import { type Assumption, recognize, showScale } from "./recognize.ts";
import { spellings } from "./spelling.ts";
import type { WeightsFile } from "./tensor_source.ts";

/** What the weights of a file are to be fitted to. */
export interface FitOptions {
  readonly model: Model;
  /** In the registry. */
  readonly name: string;
  /** Whose names the file has; by default they tell. */
  readonly library?: Library;
  /** Whose they are taken for where nothing in the file tells. */
  readonly assumed?: Assumption;
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

/** A parameter in the file, the names as the file has them. */
interface Source extends Written {
  readonly adaptation?: Adaptation;
}

/**
 * Fits the tensors of a file to a model: recognises whose names they have, and compares all names and shapes.
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
  const { model, name, library, assumed } = options;
  const spelling = spellings(file.tensors.keys());
  const own = recordedMetadata(file), [stem] = model.parameters;
  const dialect = library !== undefined ? dialectOf(model, name, library) : recognize(dialectsOf(model, name), {
    path: file.path,
    model: name,
    names: new Set(spelling.keys()),
    channelsIn({ written }) {
      const [first = ""] = written.get(stem?.path)?.names ?? [];
      const { length, 1: channels } = file.tensors.get(spelling.get(first) ?? "")?.shape ?? [];
      return length === 4 ? channels : undefined;
    },
    hasScale: own !== undefined,
    assumed,
  });
  const { sources, leftOut, notes } = match(file, spelling, dialect, options);
  const input = own ? { mean: [own.preprocessing.mean], std: [own.preprocessing.std] } : dialect.input;
  const variances = new Set(model.parameters.filter(isRunningVariance).map((parameter) => parameter.path));
  const names = dialect.name === "Thorax" ? "paths of Thorax" : `names of ${dialect.name}`;
  return {
    notes: [`${file.path}: ${file.format}, ${names}; for films ${showScale(input, model.input[2])}`, ...notes],
    input,
    labels: own?.labels ?? dialect.labels,
    library: dialect.name,
    trainedOn: own ? undefined : dialect.trainedOn,
    leftOut,
    async read(path) {
      const source = sources.get(path);
      if (!source) throw new TypeError(`there is no parameter ${path} in ${file.path}`);
      const parts: Float32Array<ArrayBuffer>[] = [];
      for (const name of source.names) {
        parts.push(checkValues(await file.read(name), { path: file.path, name, isVariance: variances.has(path) }));
      }
      const values = parts.length === 1 ? parts[0] : joined(parts);
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

interface Matched {
  readonly sources: ReadonlyMap<string, Source>;
  readonly leftOut: ReadonlySet<string>;
  readonly notes: readonly string[];
}

function match(
  file: WeightsFile,
  spelling: ReadonlyMap<string, string>,
  { written }: Dialect,
  { model, strict = false, headless = false }: FitOptions,
): Matched {
  const sources = new Map<string, Source>(), leftOut = new Set<string>();
  const used = new Set<string>(), faults: string[] = [], notes: string[] = [];
  const head = headOf(model.tree);
  let misfitHead = 0;
  for (const parameter of model.parameters) {
    const { path } = parameter, place = written.get(path);
    if (!place) throw new TypeError(`there is no name for ${path}`);
    for (const name of place.names) used.add(name);
    const compared = compare(file, spelling, parameter, place, strict ? [] : adaptations(model));
    if (typeof compared !== "string") {
      sources.set(path, compared);
      if (compared.adaptation) notes.push(compared.adaptation.note);
    } else if (!strict && headless && head.has(path)) {
      leftOut.add(path);
      notes.push(`left out: ${compared}`);
    } else {
      faults.push(compared);
      if (head.has(path)) misfitHead++;
    }
  }
  for (const [name, full] of spelling) {
    const shape = file.tensors.get(full)?.shape ?? [];
    if (!used.has(name) && !isBookkeeping(name)) faults.push(`${quote(full)} ${show(shape)} is nothing of the model's`);
  }
  if (faults.length > 0) {
    const remedy = faults.length > misfitHead ? undefined : "Build the model for as many classes as the file has";
    throw new UserError(`${file.path} does not fit the model: ${shorten(faults)}`, { remedy });
  }
  // What is left out is drawn anew, so a layer of which only the kernel is of another size goes whole.
  if (leftOut.size > 0) { for (const path of head) leftOut.add(path); }
  return { sources, leftOut, notes };
}

/** A parameter's tensors in the file, or what is wrong with them. */
function compare(
  { tensors }: WeightsFile,
  spelling: ReadonlyMap<string, string>,
  { path }: Parameter,
  { names, layout }: Written,
  adapting: readonly AdaptationRule[],
): Source | string {
  const label = names.length === 1 && names[0] === path ? path : `${names.join(" + ")} (${path})`;
  const full = names.map((name) => spelling.get(name) ?? "");
  const shapes = full.map((name) => tensors.get(name)?.shape);
  const [first, ...rest] = shapes;
  if (first === undefined || rest.some((other) => other === undefined)) {
    return `${label} ${show(layout.shape)} is missing`;
  }
  const found = names.length === 1
    ? first
    : [shapes.reduce((sum, part) => sum + (part?.[0] ?? 0), 0), ...first.slice(1)];
  const source = { names: full as [string, ...string[]], layout };
  if (sameButForOnes(found, layout.shape)) return source;
  for (const rule of adapting) {
    const adaptation = rule({ path, label, found, wanted: layout.shape });
    if (adaptation) return { ...source, adaptation };
  }
  return `${label} is ${show(found)}, and the model has ${show(layout.shape)}`;
}

type AdaptationRule = ReturnType<typeof adaptations>[number];

/** Axes of one element are written or not, as a library likes. */
function sameButForOnes(a: Shape, b: Shape): boolean {
  const large = (shape: Shape) => shape.filter((size) => size !== 1).join();
  return large(a) === large(b);
}

function joined(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const show = (shape: Shape) => `[${shape.join(", ")}]`;

/** As many faults as a line holds. */
function shorten(faults: readonly string[]): string {
  const shown = 6;
  return faults.slice(0, shown).join("; ") + (faults.length > shown ? `; and ${faults.length - shown} more` : "");
}
