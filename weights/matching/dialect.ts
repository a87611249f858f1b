import type { Model } from "../../dsl/compile/compile.ts";
import { headOf } from "../../dsl/compile/tree.ts";
import { UserError } from "../../errors.ts";
import { type Layout, layoutsOf } from "./layout.ts";
import { families, isKnown, namingsOf } from "../names/families.ts";
import {
  type Family,
  type InputScale,
  inputScales,
  type LayerNormEpsilon,
  libraries,
  type Library,
  namesOf,
  type Naming,
  type Settings,
} from "../names/naming.ts";
import { torchxrayvision } from "../names/torchxrayvision.ts";

/** What a parameter is in a file: the tensors that hold it, and how they lie. */
export interface Written {
  readonly names: readonly [string, ...string[]];
  /** The tensor that is taken off them: a bias that is part of a running mean here. */
  readonly bias?: string;
  readonly layout: Layout;
}

/** One way to write a model's parameters down: under the paths, or under a library's names. */
export interface Dialect {
  readonly name: Library | "Thorax";
  /** By path. */
  readonly written: ReadonlyMap<string, Written>;
  /** All of the names. */
  readonly names: ReadonlySet<string>;
  readonly input: InputScale;
  readonly mark?: string;
  /** Whether only its mark tells it: the library has published no such model. */
  readonly needsMark?: boolean;
  /**
   * Of a model that is in no table: the one in whose table its names are looked up. Nothing says that it is such a model, so all names
   * and shapes must be its own.
   */
  readonly borrowedFrom?: string;
  /** What the names do not tell of the model, and that the user must vouch for. */
  readonly doubt?: string;
  /** What `export` writes before every name but the head's: of the library's classifier. */
  readonly base?: string;
  /** Tensors that may lie among the weights and are of no use here. */
  readonly spare?: readonly string[];
  /** What the file's `config.json` must say, where it says anything. */
  readonly settings?: Settings;
  readonly epsilon?: LayerNormEpsilon;
  /** What is to be said of these names, where they are not the library's usual ones. */
  readonly remark?: string;
  readonly labels?: readonly string[];
  readonly trainedOn?: readonly string[];
}

/**
 * A model under a library's names.
 *
 * @throws {UserError} where the library has no such model
 */
export function dialectOf(model: Model, name: string, library: Library): Dialect {
  const namings = namingsOf(name), naming = namings[library];
  if (naming) return libraryDialect(model, library, naming);
  const known = libraries.filter((other) => namings[other]);
  throw new UserError(`there are no names of ${library} for ${name}; known: ${known.join(", ")}`);
}

/**
 * Every dialect that a model's weights may be written in, ours first. A model that torchxrayvision has not published may be one of
 * somebody's own from there, which its mark tells. A model that is in no table may be one of a table under a name of its own.
 */
export function dialectsOf(model: Model, name: string): readonly Dialect[] {
  const namings = namingsOf(name), { torchvision } = namings;
  const unpublished = torchvision && !namings.torchxrayvision
    ? [{ ...libraryDialect(model, "torchxrayvision", torchxrayvision(torchvision)), needsMark: true }]
    : [];
  const known = [ownDialect(model), ...inFamily(model, namings), ...unpublished];
  return isKnown(name) ? known : [...known, ...borrowed(model, known)];
}

/**
 * The dialects that a file of a library's may be written in; of any, where none is named.
 *
 * @throws {UserError} where the library has no such model
 */
export function dialectsIn(model: Model, name: string, library?: Library): readonly Dialect[] {
  const dialects = dialectsOf(model, name);
  if (library === undefined) return dialects;
  const asked = dialects.filter((dialect) => dialect.name === library && !dialect.needsMark);
  return asked.length > 0 ? asked : [dialectOf(model, name, library)];
}

/** The dialects of each library, and of its other names. */
function inFamily(model: Model, family: Family): readonly Dialect[] {
  return libraries.flatMap((library) => {
    const naming = family[library];
    if (!naming) return [];
    const { variant, rules } = naming, usual = libraryDialect(model, library, naming);
    if (!variant) return [usual];
    const other = libraryDialect(model, library, { ...naming, rules: { ...rules, ...variant.rules } });
    return [usual, { ...other, remark: variant.remark }];
  });
}

/** The names of all families for a model of none, but for those that it has without them: a head is found under any name. */
function borrowed(model: Model, known: readonly Dialect[]): readonly Dialect[] {
  const keyOf = ({ name, names }: Dialect) => [name, ...names].join("\n");
  const head = headOf(model.tree);
  const bodyOf = ({ written }: Dialect) =>
    [...namesIn(new Map([...written].filter(([path]) => !head.has(path))))].join("\n");
  const plain = new Set(known.map(bodyOf)), met = new Set<string>();
  return Object.entries(families).flatMap(([borrowedFrom, family]) =>
    inFamily(model, family).flatMap((dialect) => {
      if (plain.has(bodyOf(dialect)) || met.has(keyOf(dialect))) return [];
      met.add(keyOf(dialect));
      return [{ ...dialect, borrowedFrom }];
    })
  );
}

function libraryDialect(model: Model, library: Library, naming: Naming): Dialect {
  const written = new Map(Array.from(layoutsOf(model, naming), ([path, layout]): [string, Written] => {
    const names = namesOf(path, naming);
    const [, biasOf] = Object.entries(naming.biases ?? {}).find(([end]) => path.endsWith(end)) ?? [];
    return [path, { names, bias: biasOf?.(names[0]), layout }];
  }));
  return {
    name: library,
    ...{ written, names: namesIn(written) },
    input: naming.input ?? inputScales[library],
    doubt: naming.doubt,
    mark: naming.mark,
    labels: naming.labels,
    trainedOn: naming.trainedOn,
    base: naming.base,
    spare: naming.spare,
    settings: naming.settings?.(model),
    epsilon: naming.epsilon,
  };
}

const namesIn = (written: Dialect["written"]) =>
  new Set(Array.from(written.values(), ({ names, bias }) => bias === undefined ? names : [...names, bias]).flat());

function ownDialect({ parameters }: Model): Dialect {
  const same = (values: Float32Array<ArrayBuffer>) => values;
  const written = new Map(
    parameters.map(({ path, shape }): [string, Written] => [
      path,
      { names: [path], layout: { shape, ours: same, theirs: same } },
    ]),
  );
  return { name: "Thorax", written, names: namesIn(written), input: { mean: [0.5], std: [0.5] } };
}
