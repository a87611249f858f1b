import * as tf from "@tensorflow/tfjs-core";
import { didYouMean, printable, UserError } from "../errors.ts";
import { resultLog } from "../train/log.ts";
import { evaluate } from "./evaluate.ts";
import { exportModel } from "./export.ts";
import { models } from "./models.ts";
import { predict } from "./predict.ts";
import { setup } from "./setup.ts";
import { summary } from "./summary.ts";
import { guardConsole } from "./terminal.ts";
import { train } from "./train.ts";

const commands = [train, evaluate, predict, exportModel, summary, models, setup];

/** Runs the command that the arguments name; the exit status. */
async function main([name = "--help", ...argv]: readonly string[]): Promise<number> {
  tf.env().set("PROD", true); // no banners
  if (name === "--help" || name === "-h") {
    console.log("Usage: deno task COMMAND [options], and deno task COMMAND --help for its options\n");
    console.log(commands.map((command) => `  ${command.name.padEnd(10)}${command.summary}`).join("\n"));
    return 0;
  }
  try {
    const command = commands.find((command) => command.name === name);
    if (command) return await command.run(argv);
    const names = commands.map((command) => command.name);
    throw new UserError(
      `there is no command "${name}"${didYouMean(name, names) || `; the commands are ${names.join(", ")}`}`,
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const line = `error: ${printable(error.message)}`;
    console.error(line);
    resultLog.info(line);
    return error.exitStatus;
  }
}

guardConsole();
Deno.exit(await main(Deno.args));
