import type { CliCommand } from "./cli.ts";
import { evaluate } from "./evaluate.ts";
import { exportModel } from "./export.ts";
import { models } from "./models.ts";
import { predict } from "./predict.ts";
import { setup } from "./setup.ts";
import { summary } from "./summary.ts";
import { train } from "./train.ts";

/** All commands, in the order in which they are listed. The tests compare the tasks and permissions of deno.json with this list. */
export const commands: readonly CliCommand[] = [train, evaluate, predict, exportModel, summary, models, setup];
