import * as tf from "@tensorflow/tfjs-core";
import { didYouMean, printable, UserError } from "../errors.ts";
import { resultLog } from "../train/log.ts";
import { commands } from "./list.ts";
import { guardConsole } from "./terminal.ts";

/** Our own messages are shorter; one that quotes a stranger's file may be as long as the file. */
const longestMessage = 8000;

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
    const line = `error: ${printable(error.message.slice(0, longestMessage))}`;
    console.error(line);
    resultLog.info(line);
    return error.exitStatus;
  }
}

guardConsole();
Deno.exit(await main(Deno.args));
