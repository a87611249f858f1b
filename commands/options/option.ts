import { z } from "zod";
import { didYouMean, UserError } from "../../errors.ts";
import { isFile } from "../../trained/model_name.ts";

/** One option of the program. Flags, `--help` and the check of a `config.json` follow from it. */
export interface Option<T = unknown> {
  /** Checks a value that was given; absent ones take `default`. */
  readonly schema: z.ZodType<T>;
  /** What a value must be, for people: "an integer of at least 1". */
  readonly expected: string;
  /** What is said beside it of a number that is too great to count exactly. */
  readonly greatest?: string;
  /** The placeholder of its value in `--help`; without one the option is a switch. */
  readonly value?: string;
  readonly default?: T;
  readonly help: string;
  /** Whether a resumed run may be given another value than it had. */
  readonly mayChange?: boolean;
  /** Whether training alone goes by it, and not the test of a checkpoint (`--test-only`). */
  readonly trainingOnly?: boolean;
  /** Whether it is a list, separated by commas. Given again, it goes on. */
  readonly isList?: boolean;
  /** Whether a value names a file or folder; a model's name, for example, may be either. */
  readonly isPath?: (value: string) => boolean;
}

/** Types one option. */
export const option = <T>(definition: Option<T>): Option<T> => definition;
const text = (value: string, help: string) =>
  option<string | undefined>({ schema: z.string().min(1), expected: "a name", value, help });
export const path = (value: string, help: string, absent?: string) =>
  option<string | undefined>({
    schema: z.string().min(1),
    expected: "a path",
    value,
    default: absent,
    help,
    mayChange: true,
    isPath: () => true,
  });
/** An option that names a model, or a file that describes one. */
export const modelOption = (value: string, help: string): Option<string | undefined> => ({
  ...text(value, help),
  isPath: isFile,
});
export const choice = <const C extends readonly [string, ...string[]]>(choices: C, help: string, mayChange = false) =>
  option<C[number]>({
    schema: z.enum(choices),
    expected: `one of ${choices.join(", ")}`,
    value: choices.join("|"),
    default: choices[0],
    help,
    mayChange,
  });
export const integer = <A extends number | undefined>(least: number, help: string, absent: A, mayChange = false) =>
  option<number | A>({
    schema: z.int().min(least),
    expected: `an integer of at least ${least}`,
    greatest: `at most ${Number.MAX_SAFE_INTEGER} (2^53 − 1)`,
    value: "N",
    default: absent,
    help,
    mayChange,
  });
/** An option for films in a batch. It has a bound, since a batch is one block of memory: 4,096 films of 224² take 0.8 GB. */
export const filmsAtOnce = (help: string) =>
  option<number>({
    schema: z.int().min(1).max(4096),
    expected: "an integer from 1 to 4096",
    value: "N",
    default: 32,
    help,
  });
export const flag = (help: string) =>
  option<boolean>({ schema: z.boolean(), expected: "a switch", default: false, help, mayChange: true });

/** The values of a table of options. */
export type Values<Table> = { readonly [K in keyof Table]: Table[K] extends Option<infer T> ? T : never };

/** Names the flag of an option: `splitType` → `--split-type`; `shuffle`, which is on by default, → `--no-shuffle`. */
export function flagOf(name: string, { default: absent }: Option): string {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return absent === true ? `--no-${dashed}` : `--${dashed}`;
}

/**
 * Checks values against a table and fills in the defaults. `source` names where they come from.
 *
 * @throws {UserError} for a name that the table lacks, or a value that its schema refuses
 */
export function checkOptions<Table extends Readonly<Record<string, Option>>>(
  table: Table,
  values: Readonly<Record<string, unknown>>,
  source?: string,
): Values<Table> {
  const where = source ? `${source}: ` : "";
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(table, name)) throw new UserError(`${where}${name} is no option`);
  }
  const checked = Object.entries(table).map(([name, definition]) => {
    const value = values[name] ?? definition.default;
    if (value !== undefined && !definition.schema.safeParse(value).success) {
      throw new UserError(
        `${where}${flagOf(name, definition)} must be ${expectation(definition, value)}` +
          near(value, definition),
      );
    }
    return [name, value];
  });
  return Object.fromEntries(checked) as Values<Table>;
}

/** Says what a value must be and what it is; of too great a number its limit, and how it was typed. */
function expectation({ expected, greatest }: Option, value: unknown): string {
  if (greatest === undefined || !(Number(value) > Number.MAX_SAFE_INTEGER)) {
    return `${expected}, and is ${JSON.stringify(value)}`;
  }
  return `${expected}, ${greatest}, and is ${value}`;
}

/** Names the choice that was meant by a misspelling. Short words are left alone: `gpu` is not a misspelling of `cpu`. */
function near(value: unknown, { value: placeholder }: Option): string {
  if (typeof value !== "string" || value.length < 4 || !placeholder?.includes("|")) return "";
  return didYouMean(value, placeholder.split("|"));
}
