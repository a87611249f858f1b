import type { Engine } from "../runtime/open.ts";
import { gpuName } from "../runtime/ffi/gpu_name.ts";
import { type LogOptions, openLog, trainLog } from "../train/log.ts";
import { logHead } from "../train/log_head.ts";
import type { Values } from "./options/option.ts";
import type { engineOptions } from "./options/shared_options.ts";
import { printLine } from "../train/progress.ts";
import { optionsOfTest } from "./void_options.ts";

/** A run or a test that is ready to begin. */
export interface RunLog extends Omit<LogOptions, "now" | "head" | "console"> {
  readonly title: string;
  readonly options: Values<typeof engineOptions>;
  readonly engine: Engine;
  /** When it began to read its data. */
  readonly loading: Date;
  /** When it began to make its model. */
  readonly initializing: Date;
}

/**
 * Opens a log with its head, and tells what was done before. Bad input must leave no log behind, so it is opened once everything
 * is checked. Returns its path.
 */
export async function openRunLog({ title, options, engine, loading, initializing, ...log }: RunLog): Promise<string> {
  const name = engine.gpu ? gpuName(options.index) : undefined;
  const told = log.test ? optionsOfTest(options) : { ...options };
  const head = await logHead({ title, options: told, engine, gpuName: name });
  const path = await openLog({ ...log, now: loading, head, console: printLine });
  trainLog.info("Loading data...", loading);
  trainLog.info("Initializing model...", initializing);
  return path;
}
