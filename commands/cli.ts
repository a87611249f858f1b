import { Command, CommanderError, Option as Flag } from "commander";
import { quoted, UserError } from "../errors.ts";
import { wrapWords } from "../text_table.ts";
import { checkOptions, flagOf, type Option, type Values } from "./options/option.ts";
import { enterCallersFolder } from "./callers_folder.ts";
import { voidOptions, type VoidRule } from "./void_options.ts";

/** The definition of a command: its options, and what it does. */
export interface CommandDefinition<Table extends Readonly<Record<string, Option>>> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` says above the options: one paragraph, wrapped where it is shown. */
  readonly description: string;
  /** A table below the options, such as the values of one of them with what each means. */
  readonly table?: { readonly title: string; readonly rows: readonly (readonly [name: string, text: string])[] };
  readonly examples: readonly string[];
  readonly options: Table;
  /** Which options have no effect beside others. */
  readonly voids?: readonly VoidRule<Values<Table>>[];
  /** The placeholder of its arguments, such as `[IMAGE...]`, if it takes any. */
  readonly arguments?: string;
  /** Resolves to the exit status, 0 by default. */
  readonly run: (options: Values<Table>, context: CommandContext) => Promise<number | void>;
}

/** What a command gets beside its options. */
export interface CommandContext {
  readonly args: readonly string[];
  /** The options that the command line gives, without defaults. */
  readonly given: Readonly<Record<string, unknown>>;
  /** A line for each group of them that has no effect; the command prints these lines before its own. */
  readonly ignored: readonly string[];
  /** Returns what was typed with further options before the others: a command to copy out of a message. */
  readonly commandWith: (...options: readonly string[]) => string;
  /** What was typed, with another option in place of one, its value kept. */
  readonly commandInstead: (option: string, other: string) => string;
}

/** A command, ready to run. */
export interface CliCommand extends Pick<CommandDefinition<Readonly<Record<string, Option>>>, "name" | "summary"> {
  /** Parses the arguments and runs the command in the caller's folder; resolves to the exit status. */
  readonly run: (argv: readonly string[]) => Promise<number>;
}

/** Makes a command of its definition. */
export function defineCommand<const Table extends Readonly<Record<string, Option>>>(
  definition: CommandDefinition<Table>,
): CliCommand {
  const { name, summary } = definition;
  return { name, summary, run: (argv) => runCommand(definition, argv) };
}

async function runCommand<Table extends Readonly<Record<string, Option>>>(
  definition: CommandDefinition<Table>,
  argv: readonly string[],
): Promise<number> {
  const { options: table, arguments: placeholder, voids = [] } = definition;
  const command = commandLine(definition);
  try {
    command.parse(normalize(table, argv), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError) throw new UserError(readable(error.message, usage(definition)));
    throw error;
  }
  if (!placeholder && command.args.length > 0) {
    throw new UserError(`${definition.name} takes no argument "${command.args[0]}"; see ${usage(definition)} --help`);
  }
  const given = decode(table, command.opts()), options = checkOptions(table, given);
  const ignored = voidOptions(voids, { table, options, given });
  enterCallersFolder();
  const typed = (argv[0] === "--" ? argv.slice(1) : argv).map(quoted);
  const commandWith = (...more: readonly string[]) => [usage(definition), ...more, ...typed].join(" ");
  const commandInstead = (option: string, other: string) =>
    [usage(definition), ...renamed(table, argv, option, other).map(quoted)].join(" ");
  return await definition.run(options, { args: command.args, given, ignored, commandWith, commandInstead }) ?? 0;
}

/** Arguments with another option in place of one. */
function renamed(
  table: Readonly<Record<string, Option>>,
  argv: readonly string[],
  option: string,
  other: string,
): readonly string[] {
  return normalize(table, argv).map((argument) => {
    if (argument === option) return other;
    return argument.startsWith(`${option}=`) ? other + argument.slice(option.length) : argument;
  });
}

const usage = ({ name }: { readonly name: string }) => `deno task ${name}`;

function commandLine<Table extends Readonly<Record<string, Option>>>(definition: CommandDefinition<Table>): Command {
  const command = new Command(usage(definition))
    .description(definition.description)
    .helpOption("-h, --help", "show this page")
    .allowExcessArguments()
    .exitOverride()
    // to find out about colors, commander would read the environment, which not every command may
    .configureOutput({ writeErr: () => {}, getOutHasColors: () => false, getErrHasColors: () => false })
    .configureHelp({ helpWidth: helpWidth(), minWidthToWrap: 20 })
    .addHelpText("after", helpAfter(definition));
  if (definition.arguments) command.argument(definition.arguments);
  for (const [name, option] of Object.entries(definition.options)) {
    const flag = new Flag(
      option.value ? `${flagOf(name, option)} <${option.value}>` : flagOf(name, option),
      option.help,
    );
    if (option.isList) flag.argParser((more, given?: string) => given === undefined ? more : `${given},${more}`);
    const { default: absent } = option;
    command.addOption(flag);
    if (absent !== undefined && typeof absent !== "boolean") flag.description += ` (default ${shortest(absent)})`;
  }
  return command;
}

/** The columns that a page of help takes: those of the terminal, and no more than 100. */
function helpWidth(): number {
  return Deno.stdout.isTerminal() ? Math.min(Deno.consoleSize().columns, 100) : 100;
}

/** What stands below the options: the table, if there is one, and the examples. */
function helpAfter(
  { table, examples }: Pick<CommandDefinition<Readonly<Record<string, Option>>>, "table" | "examples">,
) {
  const section = (title: string, lines: readonly string[]) => `\n${title}:\n${lines.join("\n")}\n`;
  const rows = table?.rows ?? [], width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.flatMap(([name, text]) =>
    wrapWords(text, helpWidth() - width - 4).map((line, i) => `  ${(i === 0 ? name : "").padEnd(width)}  ${line}`)
  );
  const above = table === undefined ? "" : section(table.title, lines);
  return above + section("Examples", examples.map((example) => `  ${example}`));
}

/** `0.00005` as people write it: `5e-5`. */
function shortest(value: unknown): string {
  const exponential = typeof value === "number" ? value.toExponential() : `${value}`;
  return exponential.length < `${value}`.length ? exponential : `${value}`;
}

/** Drops a first `--`, which `deno task` passes on, and turns the document's underscores in names and choices into dashes. */
function normalize(table: Readonly<Record<string, Option>>, argv: readonly string[]): string[] {
  const choices = new Map(
    Object.entries(table).flatMap(([name, option]) =>
      option.value?.includes("|") ? [[flagOf(name, option), option.value.split("|")] as const] : []
    ),
  );
  const choose = (flag: string | undefined, value: string) => {
    const dashed = value.replaceAll("_", "-");
    return flag !== undefined && choices.get(flag)?.includes(dashed) ? dashed : value;
  };
  let previous: string | undefined;
  return (argv[0] === "--" ? argv.slice(1) : argv).map((argument) => {
    const flag = previous;
    previous = undefined;
    if (!argument.startsWith("--")) return choose(flag, argument);
    const [name = "", ...rest] = argument.split("=");
    const dashed = name.replaceAll("_", "-");
    previous = dashed;
    return rest.length === 0 ? dashed : `${dashed}=${choose(dashed, rest.join("="))}`;
  });
}

/** Converts commander's strings to the values that the table's schemas take. A number that no float64 holds stays as typed, to be shown. */
function decode(table: Readonly<Record<string, Option>>, values: Record<string, unknown>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!option || option.default === true && value === true) continue;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    const isExact = Number.isFinite(number) && (Number.isSafeInteger(number) || !/^[+-]?\d+$/.test(`${value}`.trim()));
    given[name] = !option.schema.safeParse(value).success && isExact ? number : value;
  }
  return given;
}

/** Puts commander's message on one line, without its prefix. */
function readable(message: string, command: string): string {
  const line = message.replace(/^error: /, "").replace(/\n\(Did you mean (.*)\?\)/, "; did you mean $1?")
    .replaceAll("'", "");
  return line.endsWith("?") ? line : `${line}; see ${command} --help`;
}
