import * as tf from "@tensorflow/tfjs-core";
import { didYouMean, UserError } from "../errors.ts";
import { runCommand } from "./cli.ts";
import { evaluate } from "./evaluate.ts";
import { models } from "./models.ts";
import { predict } from "./predict.ts";
import { setup } from "./setup.ts";
import { summary } from "./summary.ts";
import { train } from "./train.ts";

const commands: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  train: (argv) => runCommand(train, argv),
  evaluate: (argv) => runCommand(evaluate, argv),
  predict: (argv) => runCommand(predict, argv),
  summary: (argv) => runCommand(summary, argv),
  models: (argv) => runCommand(models, argv),
  setup: (argv) => runCommand(setup, argv),
};

/** Runs the command that the arguments name; the exit status. */
async function main([name = "", ...argv]: readonly string[]): Promise<number> {
  tf.env().set("PROD", true); // no banners
  try {
    if (!Object.hasOwn(commands, name)) {
      const names = Object.keys(commands);
      throw new UserError(
        `there is no command "${name}"${didYouMean(name, names) || `; the commands are ${names.join(", ")}`}`,
      );
    }
    return await commands[name](argv);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`error: ${error.message}`);
    return error.exitStatus;
  }
}

Deno.exit(await main(Deno.args));
