import { join } from "node:path";
import { configure, getLogger, type LogRecord } from "@logtape/logtape";
import { printable, systemReason, UserError } from "../errors.ts";
import { modelName } from "../trained/model_name.ts";
import { timestamp } from "./run/run_folder.ts";

/** Where a run's lines go. */
export interface LogOptions {
  readonly directory: string;
  readonly model: string;
  /** The name of the sampler. */
  readonly splitType: string;
  /** Whether it is the log of a test alone, which its name says. */
  readonly test: boolean;
  readonly now: Date;
  /** What the file begins with; see `log_head.ts`. */
  readonly head: readonly string[];
  /** Writes a line to the console. */
  readonly console: (line: string) => void;
}

/**
 * Opens `DIRECTORY/DATE/MODEL[-test]-SAMPLER-TIME.log`, or the same with `-2`, `-3`, … where another run has that name, and
 * returns its path. A line of the file is `YYYY-MM-DD HH:MM:SS: message`. Lines of the category `train` go to the file and,
 * without the time, to the console. Lines of `result` go to the file alone: a command prints its result itself.
 *
 * @throws {UserError} where the file cannot be created
 */
export async function openLog({ head, console, ...place }: LogOptions): Promise<string> {
  const path = await createLog(place);
  const append = (line: string, at: Date) => {
    if (line !== "") Deno.writeTextFileSync(path, `${stamp(at)}: ${printable(line)}\n`, { append: true });
  };
  for (const line of head) append(line, place.now);
  const text = ({ message }: LogRecord) => message.map(String).join("");
  const time = ({ properties: { at }, timestamp }: LogRecord) => at instanceof Date ? at : new Date(timestamp);
  await configure({
    reset: true,
    sinks: {
      file: (record) => append(text(record), time(record)),
      console: (record) => console(printable(text(record))),
    },
    loggers: [
      { category: ["thorax", "train"], lowestLevel: "info", sinks: ["file", "console"] },
      { category: ["thorax", "result"], lowestLevel: "info", sinks: ["file"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
  return path;
}

/** Creates a file that no other run writes to, and returns its path. */
async function createLog(
  { directory, model, splitType, test, now }: Omit<LogOptions, "head" | "console">,
): Promise<string> {
  const { date, time } = timestamp(now), folder = join(directory, date);
  const name = `${modelName(model)}${test ? "-test" : ""}-${splitType}-${time}`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (let attempt = 1;; attempt++) {
      const path = join(folder, `${attempt === 1 ? name : `${name}-${attempt}`}.log`);
      try {
        await Deno.writeTextFile(path, "", { createNew: true });
        return path;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  } catch (cause) {
    throw new UserError(`cannot write a log to ${directory}: ${systemReason(cause)}`, {
      remedy: "Name another folder with --log-dir",
      cause,
    });
  }
}

/** Writes a time as `2025-01-31 12:00:00`, in local time. */
function stamp(at: Date): string {
  const { date, time } = timestamp(at);
  return `${date} ${time.replaceAll("-", ":")}`;
}

/** A log that takes lines as they are: LogTape replaces no braces in them, since these may be part of a name. */
export interface LineLog {
  /** `at` is the time of what the line tells, where that was before the log was open. */
  info(line: string, at?: Date): void;
}

/** What is told while a run goes on. Silent until {@linkcode openLog}. */
export const trainLog: LineLog = lineLog("train");
/** The lines of a result. */
export const resultLog: LineLog = lineLog("result");

function lineLog(category: string): LineLog {
  const logger = getLogger(["thorax", category]);
  return { info: (line, at) => logger.info("{line}", { line, at }) };
}
