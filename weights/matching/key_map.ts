import type { Model } from "../../dsl/compile/compile.ts";
import { headOf } from "../../dsl/compile/tree.ts";
import { UserError } from "../../errors.ts";
import {
  defaultNormalizations,
  type InputNormalization,
  libraries,
  type Library,
  type Naming,
  type Settings,
  tensorNames,
  unitNormalization,
  type WeightNames,
} from "../names/naming.ts";
import { torchxrayvision } from "../names/torchxrayvision.ts";
import { type Layout, layoutsOf } from "./layout.ts";

/** A model, and the names that libraries give its weights. */
export interface NamedModel {
  readonly model: Model;
  /** The model's name, for messages. */
  readonly name: string;
  /** The names that libraries give its weights. Without them, its weights are named by their paths with dots. */
  readonly weightNames?: WeightNames;
  /**
   * The names of known families, by the family's name for people. A model without `weightNames` uses one of them where
   * all names and shapes of a file match it.
   */
  readonly knownNames?: Readonly<Record<string, WeightNames>>;
}

/** The tensors that hold a parameter in a file, and their layout. */
export interface KeyMapEntry {
  /** The names of the tensors, which are joined along PyTorch's first axis. */
  readonly names: readonly [string, ...string[]];
  /** The bias that is subtracted from them, where they are a running mean; see {@linkcode Naming.foldedBiases}. */
  readonly bias?: string;
  readonly layout: Layout;
}

/** The key map of a model: the tensor names of each parameter, which are its path or the names of one library. */
export interface KeyMap {
  readonly library: Library | "Thorax";
  /** What the library's names are made by. */
  readonly naming: Naming;
  /** By the path of each parameter. */
  readonly entries: ReadonlyMap<string, KeyMapEntry>;
  /** The names of all tensors. */
  readonly names: ReadonlySet<string>;
  readonly normalization: InputNormalization;
  /** What a `config.json` beside the file must say, where it says anything. */
  readonly settings?: Settings;
  /** Tells the user where the names are not the library's usual ones. */
  readonly note?: string;
  /** Whether only the marker tells the library, which has published no such model. */
  readonly needsMarker?: boolean;
  /**
   * The known family whose names these are, for a model that has no names of its own. Nothing else tells that it is
   * such a model, so all names and shapes of a file must match.
   */
  readonly borrowedFrom?: string;
}

/**
 * The key map of a model under a library's names.
 *
 * @throws {UserError} where the library has no names for it
 */
export function keyMapOf({ model, name, weightNames = pathNames }: NamedModel, library: Library): KeyMap {
  const naming = weightNames[library];
  if (naming) return libraryKeyMap(model, library, naming);
  const known = libraries.filter((other) => weightNames[other]);
  throw new UserError(`there are no names of ${library} for ${name}; known: ${known.join(", ")}`);
}

/**
 * Every key map that a file of a model's weights may follow, Thorax's first. A model that torchxrayvision has not
 * published may be somebody's own from there, which its marker tells. A model without names of its own may have those
 * of a known family.
 */
export function keyMapsOf({ model, weightNames, knownNames = {} }: NamedModel): readonly KeyMap[] {
  const names = weightNames ?? pathNames, { torchvision } = names;
  const unpublished = torchvision && !names.torchxrayvision
    ? [{ ...libraryKeyMap(model, "torchxrayvision", torchxrayvision(torchvision)), needsMarker: true }]
    : [];
  const own = [pathKeyMap(model), ...libraryKeyMaps(model, names), ...unpublished];
  return weightNames ? own : [...own, ...borrowedKeyMaps(model, own, knownNames)];
}

/**
 * The key maps that a file of a library may follow; those of any library, where none is given. A model without names of
 * its own has the same names, its paths with dots, under every library's normalization: that of the given library, or of
 * the assumed one.
 *
 * @throws {UserError} where the library has no names for the model
 */
export function keyMapsIn(named: NamedModel, library?: Library, assumed?: Library): readonly KeyMap[] {
  const keyMaps = keyMapsOf(named), plain = named.weightNames ? [] : plainKeyMaps(named.model, library ?? assumed);
  if (library === undefined) return [...keyMaps, ...plain];
  const asked = keyMaps.filter((keyMap) =>
    keyMap.library === library && !keyMap.needsMarker && (plain.length === 0 || keyMap.borrowedFrom !== undefined)
  );
  return plain.length + asked.length > 0 ? [...plain, ...asked] : [keyMapOf(named, library)];
}

/** The key map of paths with dots under a library's normalization. */
function plainKeyMaps(model: Model, library: Library | undefined): readonly KeyMap[] {
  if (library === undefined) return [];
  return [libraryKeyMap(model, library, library === "torchxrayvision" ? torchxrayvision({}) : {})];
}

/** The names of a model that has none of its own: its paths with dots. */
const pathNames: WeightNames = { torchvision: {} };

/** The key maps of each library, and of its other names. */
function libraryKeyMaps(model: Model, names: WeightNames): readonly KeyMap[] {
  return libraries.flatMap((library) => {
    const naming = names[library];
    if (!naming) return [];
    const { variant, rules } = naming, usual = libraryKeyMap(model, library, naming);
    if (!variant) return [usual];
    const other = libraryKeyMap(model, library, { ...naming, rules: { ...rules, ...variant.rules } });
    return [usual, { ...other, note: variant.note }];
  });
}

/**
 * The key maps of all known families that the model does not have itself, except for the head, which is found under any
 * name.
 */
function borrowedKeyMaps(
  model: Model,
  own: readonly KeyMap[],
  knownNames: Readonly<Record<string, WeightNames>>,
): readonly KeyMap[] {
  const keyOf = ({ library, names }: KeyMap) => [library, ...names].join("\n");
  const head = headOf(model.tree);
  const bodyOf = ({ entries }: KeyMap) =>
    [...namesIn(new Map([...entries].filter(([path]) => !head.has(path))))].join("\n");
  const ownBodies = new Set(own.map(bodyOf)), seen = new Set<string>();
  return Object.entries(knownNames).flatMap(([borrowedFrom, names]) =>
    libraryKeyMaps(model, names).flatMap((keyMap) => {
      if (ownBodies.has(bodyOf(keyMap)) || seen.has(keyOf(keyMap))) return [];
      seen.add(keyOf(keyMap));
      return [{ ...keyMap, borrowedFrom }];
    })
  );
}

function libraryKeyMap(model: Model, library: Library, naming: Naming): KeyMap {
  const entries = new Map(Array.from(layoutsOf(model, naming), ([path, layout]): [string, KeyMapEntry] => {
    const names = tensorNames(path, naming);
    const [, biasOf] = Object.entries(naming.foldedBiases ?? {}).find(([end]) => path.endsWith(end)) ?? [];
    return [path, { names, bias: biasOf?.(names[0]), layout }];
  }));
  return {
    library,
    naming,
    entries,
    names: namesIn(entries),
    normalization: naming.normalization ?? defaultNormalizations[library],
    settings: naming.settings?.(model),
  };
}

/** The key map under a model's own paths, in its own layout. */
function pathKeyMap({ parameters }: Model): KeyMap {
  const same = (values: Float32Array<ArrayBuffer>) => values;
  const entries = new Map(
    parameters.map(({ path, shape }): [string, KeyMapEntry] => [
      path,
      { names: [path], layout: { shape, fromTorch: same, toTorch: same } },
    ]),
  );
  return { library: "Thorax", naming: {}, entries, names: namesIn(entries), normalization: unitNormalization };
}

const namesIn = (entries: KeyMap["entries"]) =>
  new Set(Array.from(entries.values(), ({ names, bias }) => bias === undefined ? names : [...names, bias]).flat());
