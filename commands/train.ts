import * as tf from "@tensorflow/tfjs-core";
import { UnreadableFilmsError } from "../data/checks/unreadable.ts";
import { UserError } from "../errors.ts";
import { trainLog } from "../train/log.ts";
import { fitRun } from "../train/run/fit_run.ts";
import { describeDiskUse, removeState, type RunFolder } from "../train/run/run_folder.ts";
import { runObservers } from "../train/run/run_observers.ts";
import { type CommandContext, defineCommand } from "./cli.ts";
import { startEngine } from "./engine.ts";
import { interruptible } from "./interrupt.ts";
import { describeRun, openRunOf } from "./open_run.ts";
import { openRunFolder } from "./open_run_folder.ts";
import { type TrainOptions, trainOptions } from "./options/train_options.ts";
import { resumedOptions } from "./resume.ts";
import { testBest } from "./test_best.ts";
import { evaluateCheckpoint } from "./evaluate_checkpoint.ts";
import { decodingDisplay } from "./decoding_display.ts";
import { trainHelp } from "./train_help.ts";
import { trainVoids } from "./void_options.ts";

export const train = defineCommand({
  ...trainHelp,
  options: trainOptions,
  voids: trainVoids,
  run: (options, context) => options.testOnly ? testOnly(options, context) : trainRun(options, context),
});

async function testOnly({ logDir = "logs", ...options }: TrainOptions, context: CommandContext): Promise<void> {
  if (options.ckptPath === undefined) {
    throw new UserError("--test-only needs --ckpt-path FILE", {
      remedy: options.weights === undefined
        ? undefined
        : `It takes every file that --weights does. Type: ${context.commandInstead("--weights", "--ckpt-path")}`,
    });
  }
  if (options.weights !== undefined) throw new UserError("--test-only tests --ckpt-path, and not --weights");
  const imgSize = context.given.imgSize === undefined ? undefined : options.imgSize; // else the file's own size
  await evaluateCheckpoint({ ...options, imgSize, logDir, split: "test", keepSeen: false, json: false }, context);
}

async function trainRun(asked: TrainOptions, context: CommandContext): Promise<number> {
  const options = asked.resume === undefined ? asked : await resumedOptions(asked.resume, context.given);
  const loading = new Date();
  await using run = await openRunOf(options, context);
  const initializing = new Date();
  const engine = await startEngine(options);
  const state = await run.firstState();
  const folder = await openRunFolder(run, options, { engine, loading, initializing });
  const tell = trainLog.info;
  for (const line of [...context.ignored, ...describeRun(run, { options, folder, state })]) tell(line);
  using decoding = decodingDisplay();
  const observers = runObservers(run, folder, { saveEvery: options.saveEvery, tell, onDecoded: decoding.onDecoded });
  const ended = await resumable(folder, interruptible((signal) => fitRun(run, observers, { state, signal })));
  tf.dispose(ended.state.tensors);
  if (ended.ending === "interrupted") {
    tell(`Interrupted; the state is kept. Go on with: deno task train --resume ${folder.path}`);
    return 130;
  }
  await resumable(folder, testBest(run, folder));
  if (!options.keepState) await removeState(folder);
  tell(await describeDiskUse(folder));
  return 0;
}

/** Says how to go on where too many films cannot be decoded: the run's state is kept. */
async function resumable<T>({ path }: RunFolder, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnreadableFilmsError) {
      trainLog.info(
        `Too many films cannot be decoded; the state is kept. Go on with: deno task train --resume ${path}`,
      );
    }
    throw error;
  }
}
