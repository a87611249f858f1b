import type { Model } from "../dsl/compile/compile.ts";
import { dropoutRates } from "../dsl/compile/dropout_rates.ts";
import { freeze, type FrozenModel } from "../dsl/compile/freeze.ts";
import { sizeOf } from "../dsl/shape.ts";
import { headOf } from "../dsl/compile/tree.ts";
import { UserError } from "../errors.ts";
import { matcher, patternsOf, ratesOf } from "./patterns.ts";
import { modelName } from "../trained/model_name.ts";

/** A model that is fine-tuned: which of its parameters are trained, and how fast. */
export interface FineTuning {
  /** The model. Its frozen parameters are not `trainable`. */
  readonly model: Model;
  /** The learning rates of some parameters, by path, as multiples of that of all others. */
  readonly rates: ReadonlyMap<string, number>;
  /** With `headOnly`: the model that computes features, and the one that is trained on them. */
  readonly head?: { readonly body: Model; readonly rest: Model };
  /** One line about what is frozen. */
  readonly note?: string;
}

/** Which parameters of a model are trained, and how fast. */
export interface FineTuningOptions {
  /** Patterns of the parameters that stay as they are, separated by commas: `stem,layer1/*`. */
  readonly freeze?: string;
  /** Learning rates of some parameters, `PATTERN=RATE,…`; the last that matches counts. */
  readonly lrFor?: string;
  /** Whether the last layer alone is trained. */
  readonly headOnly?: boolean;
  /** The share that dropout drops, where it was set. */
  readonly dropout?: number;
}

/** What {@linkcode fineTune} goes by. */
export interface FineTuneOptions extends FineTuningOptions {
  /** The learning rate of all parameters that have none of their own. */
  readonly learningRate: number;
  /** Where the first weights come from; absent where they are drawn. */
  readonly from?: object;
}

/**
 * Freezes the parameters that the options name, and finds those that have learning rates of their own. `named` is the model's name
 * or file.
 *
 * @throws {UserError} where a pattern matches nothing that is trained, or nothing is left to train
 */
export function fineTune(options: FineTuneOptions, named: string, whole: Model): FineTuning {
  const name = modelName(named);
  const frozen = options.headOnly ? headAlone(options, name, whole) : freezeListed(options, name, whole);
  const { model } = frozen ?? { model: whole };
  const rates = ratesByPath(options, name, model);
  if (!frozen) return { model, rates };
  const { body, rest } = frozen;
  if (options.dropout && body && dropoutRates(rest.spec).length === 0) {
    throw new UserError(
      `--dropout ${options.dropout}: all dropout of ${name} comes before what is trained, and rests`,
      {
        remedy: "Leave it out",
      },
    );
  }
  return {
    model,
    rates,
    note: noteOn(options, model, whole),
    ...(options.headOnly && body && { head: { body, rest } }),
  };
}

function headAlone({ freeze: list }: FineTuneOptions, name: string, whole: Model): FrozenModel {
  if (list !== undefined) {
    throw new UserError("--head-only freezes all but the last layer", { remedy: "Leave --freeze out" });
  }
  const head = headOf(whole.tree);
  const frozen = freeze(whole, (path) => !head.has(path));
  if (frozen.body?.parameters.length) return frozen;
  throw new UserError(`--head-only: no part of ${name} before the one with its last layer has weights`, {
    remedy: "Leave it out, or name what is to be kept with --freeze",
  });
}

function freezeListed({ freeze: list }: FineTuneOptions, name: string, whole: Model): FrozenModel | undefined {
  const paths = pathsOf(whole, true);
  const patterns = patternsOf(list).map((pattern) => {
    const matches = matcher(pattern);
    if (paths.some(matches)) return matches;
    throw unmatched("--freeze", pattern, name, paths);
  });
  if (patterns.length === 0) return undefined;
  const isFrozen = (path: string) => patterns.some((matches) => matches(path));
  if (paths.every(isFrozen)) throw new UserError(`--freeze ${list} leaves nothing of ${name} to train`);
  return freeze(whole, isFrozen);
}

function ratesByPath({ lrFor, learningRate }: FineTuneOptions, name: string, model: Model): Map<string, number> {
  const rates = new Map<string, number>(), trained = pathsOf(model, true);
  for (const { pattern, rate } of ratesOf(lrFor) ?? []) {
    const matches = matcher(pattern), found = trained.filter(matches);
    if (found.length === 0 && pathsOf(model, false).some(matches)) {
      throw new UserError(`--lr-for ${pattern}: nothing of it is trained`);
    }
    if (found.length === 0) throw unmatched("--lr-for", pattern, name, trained);
    for (const path of found) rates.set(path, rate / learningRate);
  }
  return rates;
}

function noteOn({ from }: FineTuneOptions, model: Model, whole: Model): string {
  const count = ({ parameters }: Model) =>
    parameters.filter(({ trainable }) => trainable).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const [trained, all] = [model, whole].map((of) => count(of).toLocaleString("en"));
  return `${trained} of ${all} parameters are trained; the others stay as they ` +
    (from === undefined ? "are drawn, since neither --weights nor --ckpt-path brings any" : "come");
}

function pathsOf({ parameters }: Model, trainable: boolean): string[] {
  return parameters.filter((parameter) => parameter.trainable === trainable).map(({ path }) => path);
}

function unmatched(flag: string, pattern: string, name: string, paths: readonly string[]): UserError {
  const below = [...new Set(paths.map((path) => path.split("/")[0]))].join(", ");
  return new UserError(`${flag} ${pattern} matches no parameter of ${name}`, {
    remedy: `There are ${below}; one path is ${paths[Math.floor(paths.length / 2)]}`,
  });
}
