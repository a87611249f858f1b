import { UserError } from "../../errors.ts";
import type { Dialect } from "./dialect.ts";
import { channelScales, greyLibraries, type InputScale, type Library } from "../names/naming.ts";
import { quote } from "../quote.ts";

/** A file whose dialect is asked for. */
export interface Unrecognized {
  readonly path: string;
  /** The model that it is to be the weights of. */
  readonly model: string;
  /** The names of its tensors. */
  readonly names: ReadonlySet<string>;
  /** The channels of its films by its first convolution, where it has one under these names. */
  readonly channelsIn: (dialect: Dialect) => number | undefined;
  /** Whether it says itself how its films are scaled: then it does not matter whose names it has. */
  readonly hasScale: boolean;
  readonly assumed?: Assumption;
}

/** Whose weights a file is taken for where its names are those of several libraries. */
export interface Assumption {
  readonly library: Library;
  /** Whether for color too; else a file for color is of a library that publishes weights for color. */
  readonly inColor: boolean;
}

/**
 * The dialect that a file is written in: the one whose mark it bears, or else the one most of whose names it has. Between equals, a file
 * for color is of a library that publishes weights for color; where the films of what is left are scaled in different ways, nothing in
 * the file tells which is right, and it is what it is assumed to be.
 *
 * @throws {UserError} where the file has no name of any, or the user must say whose names they are, or that the model is the same
 */
export function recognize(dialects: readonly Dialect[], file: Unrecognized): Dialect {
  const { path, names, assumed } = file;
  const found = (dialect: Dialect) => [...dialect.names].filter((name) => names.has(name)).length;
  const scores = dialects.map((dialect) => ({ dialect, score: found(dialect) }));
  const greatest = Math.max(...scores.map(({ score }) => score));
  if (greatest === 0) throw unknown(dialects, file);
  const equals = scores.filter(({ score }) => score === greatest).map(({ dialect }) => dialect);
  const best = equals.filter(({ doubt }) => doubt === undefined), [{ name: library, doubt }] = equals;
  if (best.length === 0) {
    throw new UserError(`${path} has the names of ${library}, which do not tell all of the model: ${doubt}`, {
      remedy: `Give --names ${library} if it was built as it is here`,
    });
  }

  const isMarked = ({ mark }: Dialect) => mark !== undefined && names.has(mark);
  const [sure] = best.filter(isMarked), marked = dialects.find(isMarked);
  if (sure) return sure;
  if (marked && !file.hasScale) {
    const [{ name, input }] = best;
    throw new UserError(
      `${path} holds ${marked.mark}, as ${marked.name} keeps it beside its weights, under the names of ${name}`,
      {
        remedy: name === "Thorax"
          ? `Save it without ${marked.mark} if its films are ${showScale(input, 1)}`
          : `Give --names ${name} if its films are ${showScale(input, 1)}`,
      },
    );
  }
  const fitting = best.filter(({ needsMark }) => !needsMark);
  const channels = file.channelsIn(fitting[0]);
  const published = fitting.filter(({ name }) =>
    channels !== 3 || name === "Thorax" || !greyLibraries.has(name) || (assumed?.inColor && name === assumed.library)
  );
  const scaleOf = ({ input }: Dialect) => showScale(input, 1);
  const scales = published.map(scaleOf);
  const different = published.filter((_, i) => scales.indexOf(scales[i]) === i);
  if (file.hasScale || different.length === 1) return published[0];
  const taken = published.find(({ name }) => name === assumed?.library);
  if (taken) return taken;
  if (channels === undefined) return published[0];
  const flags = different.map((dialect) => `--names ${dialect.name} for films ${scaleOf(dialect)}`);
  throw new UserError(
    `${path} is for films of ${channels} channel${channels === 1 ? "" : "s"}, and its names are those of ` +
      `${published.map(({ name }) => name).join(", ")}, which scale such films differently`,
    { remedy: `Say how it was trained: ${flags.join(", ")}` },
  );
}

function unknown(dialects: readonly Dialect[], { path, model, names }: Unrecognized): UserError {
  const [first = "nothing"] = names;
  const wanted = new Set(
    dialects.flatMap(({ written }) => [...written.values()].slice(0, 1).map(({ names }) => names[0])),
  );
  return new UserError(
    `${path} has no weight of ${model} under a name that is known: it begins with ${quote(first)}, and ${model} with ` +
      [...wanted].join(" or "),
  );
}

/** `(x/255 − 0.5)/0.5`, or with the numbers of each channel. */
export function showScale(input: InputScale, channels: number): string {
  const scales = channelScales(input, channels);
  const show = (values: readonly number[]) => {
    const different = [...new Set(values.map((value) => +value.toPrecision(4)))];
    return different.length === 1 ? `${different[0]}` : `[${different.join(", ")}]`;
  };
  return `(x/255 − ${show(scales.map(({ mean }) => mean))})/${show(scales.map(({ std }) => std))}`;
}
