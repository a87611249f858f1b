import { UserError } from "../errors.ts";
import type { Model } from "../dsl/compile.ts";
import { type Layout, layoutsOf } from "./layout.ts";
import { namingsOf } from "./names/families.ts";
import { type InputScale, inputScales, libraries, type Library, namesOf, type Naming } from "./names/naming.ts";
import { quote } from "./safetensors_header.ts";

/** What a parameter is in a file: the tensors that hold it, and how they lie. */
export interface Written {
  readonly names: readonly [string, ...string[]];
  readonly layout: Layout;
}

/** One way to write a model's parameters down: under the paths, or under a library's names. */
export interface Dialect {
  readonly name: Library | "Thorax";
  /** By path. */
  readonly written: ReadonlyMap<string, Written>;
  readonly input: InputScale;
  readonly mark?: string;
  readonly labels?: readonly string[];
}

/** What a file of PyTorch's may hold beside parameters. */
export const isBookkeeping = (name: string) => /(^|\.)(num_batches_tracked|op_threshs|mask_token)$/.test(name);

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

/** Every dialect that a model's weights may be written in, ours first. */
export function dialectsOf(model: Model, name: string): readonly Dialect[] {
  const namings = namingsOf(name);
  const others = libraries.flatMap((library) => {
    const naming = namings[library];
    return naming ? [libraryDialect(model, library, naming)] : [];
  });
  return [ownDialect(model), ...others];
}

function libraryDialect(model: Model, library: Library, naming: Naming): Dialect {
  const written = new Map(Array.from(layoutsOf(model, naming), ([path, layout]): [string, Written] => [
    path,
    { names: namesOf(path, naming), layout },
  ]));
  return {
    name: library,
    written,
    input: naming.input ?? inputScales[library],
    mark: naming.mark,
    labels: naming.labels,
  };
}

function ownDialect({ parameters }: Model): Dialect {
  const same = (values: Float32Array<ArrayBuffer>) => values;
  const written = new Map(
    parameters.map(({ path, shape }): [string, Written] => [
      path,
      { names: [path], layout: { shape, ours: same, theirs: same } },
    ]),
  );
  return { name: "Thorax", written, input: { mean: [0.5], std: [0.5] } };
}

/**
 * The dialect that a file is written in: the one most of whose names it has; between equals, the one whose mark it bears, then
 * the first.
 *
 * @throws {UserError} where it has no name of any
 */
export function recognise(
  dialects: readonly Dialect[],
  names: ReadonlySet<string>,
  { path, model }: { path: string; model: string },
): Dialect {
  const found = ({ written }: Dialect) =>
    [...written.values()].filter((parameter) => parameter.names.every((name) => names.has(name))).length;
  const marked = ({ mark }: Dialect) => mark !== undefined && names.has(mark) ? 0.5 : 0;
  const scores = dialects.map((dialect) => found(dialect) && found(dialect) + marked(dialect));
  const best = scores.indexOf(Math.max(...scores));
  if (scores[best] > 0) return dialects[best];
  const [first = "nothing"] = names;
  const wanted = new Set(
    dialects.flatMap(({ written }) => [...written.values()].slice(0, 1).map(({ names }) => names[0])),
  );
  throw new UserError(
    `${path} has no weight of ${model} under a name that is known: it begins with ${quote(first)}, and ${model} with ` +
      [...wanted].join(" or "),
  );
}
