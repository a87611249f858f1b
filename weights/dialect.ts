import type { Model } from "../dsl/compile.ts";
import { UserError } from "../errors.ts";
import { type Layout, layoutsOf } from "./layout.ts";
import { namingsOf } from "./names/families.ts";
import { type InputScale, inputScales, libraries, type Library, namesOf, type Naming } from "./names/naming.ts";
import { torchxrayvision } from "./names/torchxrayvision.ts";

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
  /** Whether only its mark tells it: the library has published no such model. */
  readonly needsMark?: boolean;
  readonly labels?: readonly string[];
  readonly trainedOn?: readonly string[];
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

/**
 * Every dialect that a model's weights may be written in, ours first. A model that torchxrayvision has not published may be one of
 * somebody's own from there, which its mark tells.
 */
export function dialectsOf(model: Model, name: string): readonly Dialect[] {
  const namings = namingsOf(name), { torchvision } = namings;
  const unpublished = torchvision && !namings.torchxrayvision
    ? [{ ...libraryDialect(model, "torchxrayvision", torchxrayvision(torchvision)), needsMark: true }]
    : [];
  const others = libraries.flatMap((library) => {
    const naming = namings[library];
    return naming ? [libraryDialect(model, library, naming)] : [];
  });
  return [ownDialect(model), ...others, ...unpublished];
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
    trainedOn: naming.trainedOn,
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
