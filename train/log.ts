import { join } from "node:path";
import { configure, getLogger, type LogRecord } from "@logtape/logtape";
import { printable, systemReason, UserError } from "../errors.ts";
import type { SplitType } from "../weights/checkpoint_metadata.ts";
import { modelName, timestamp } from "./run_folder.ts";

/** Where a run's lines go. */
export interface LogOptions {
  readonly directory: string;
  readonly model: string;
  readonly splitType: SplitType;
  /** A test alone: its file says so. */
  readonly test: boolean;
  readonly now: Date;
  /** Writes a line to the console. */
  readonly console: (line: string) => void;
}

/**
 * Opens `DIRECTORY/DATE/MODEL[-test]-SPLIT-TIME.log`. Lines of the category `train` go to the file and the console, those
 * of `result` to the file alone: a command prints its result itself. Resolves to the file's path.
 */
export async function openLog({ directory, model, splitType, test, now, console }: LogOptions): Promise<string> {
  const { date, time } = timestamp(now);
  const folder = join(directory, date);
  const path = join(folder, `${modelName(model)}${test ? "-test" : ""}-${splitType}-${time}.log`);
  const append = (line: string) => Deno.writeTextFileSync(path, `${printable(line)}\n`, { append: true });
  try {
    await Deno.mkdir(folder, { recursive: true });
    append(`Thorax, ${model}, ${splitType}`);
  } catch (cause) {
    throw new UserError(`cannot write a log to ${directory}: ${systemReason(cause)}`, {
      remedy: "Name another folder with --log-dir",
      cause,
    });
  }
  const text = ({ message }: LogRecord) => message.map(String).join("");
  await configure({
    reset: true,
    sinks: { file: (record) => append(text(record)), console: (record) => console(printable(text(record))) },
    loggers: [
      { category: ["thorax", "train"], lowestLevel: "info", sinks: ["file", "console"] },
      { category: ["thorax", "result"], lowestLevel: "info", sinks: ["file"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
  return path;
}

/** Takes lines as they are: braces in them are part of a name, and no placeholders of LogTape's. */
export interface LineLog {
  info(line: string): void;
}

/** What is told while a run goes on. Silent until {@linkcode openLog}. */
export const trainLog: LineLog = lineLog("train");
/** The lines of a result. */
export const resultLog: LineLog = lineLog("result");

function lineLog(category: string): LineLog {
  const logger = getLogger(["thorax", category]);
  return { info: (line) => logger.info("{line}", { line }) };
}
