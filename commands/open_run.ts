import { openDataset } from "../data/readers/open_dataset.ts";
import { UserError } from "../errors.ts";
import { registry } from "../models/registry.ts";
import { nativeBackend } from "../ops/native.ts";
import { trainLog } from "../train/log.ts";
import { openRun, type TrainingRun } from "../train/run/open_run.ts";
import { resumeRun } from "../train/run/resume_run.ts";
import type { RunFolder } from "../train/run/run_folder.ts";
import type { TrainState } from "../train/state.ts";
import { modelName } from "../trained/model_name.ts";
import { compileClassifier, modelDigest } from "../trained/model_source.ts";
import type { CommandContext } from "./cli.ts";
import { decodingDisplay } from "./decoding_display.ts";
import { runSettings } from "./options/run_options.ts";
import type { TrainOptions } from "./options/train_options.ts";
import { needingCheckpoint } from "./own_checkpoint.ts";
import { checkWeightsOptions } from "./trained_model.ts";

/** Opens the run that the options ask for, with a display of the films that are decoded to be recognized. */
export async function openRunOf(
  options: TrainOptions,
  { given, commandInstead }: CommandContext,
): Promise<TrainingRun> {
  const { model: name, resume, imgSize: imageSize, dropout, xla, remat } = options;
  if (xla && remat) {
    throw new UserError("--xla and --remat exclude each other: XLA computes nothing twice", {
      remedy: "Leave one of them out",
    });
  }
  if (name === undefined) {
    const remedy = `The models are ${Object.keys(registry).join(", ")}`;
    throw new UserError("train needs --model NAME|FILE.ts", { remedy });
  }
  if (resume === undefined) checkWeightsOptions(options);
  const dataset = await openDataset({ directory: options.dataDir, kind: options.dataset });
  using decoding = decodingDisplay();
  const watching = { onUnreadable: trainLog.info, onDecoded: decoding.onDecoded };
  const { recipe, ...settings } = runSettings(options, dataset);
  if (resume !== undefined) {
    const modelFile = typeof given.model === "string" ? given.model : undefined;
    return await resumeRun(resume, { ...settings, ...watching, modelFile, withoutGone: given.onBadImage === "skip" });
  }
  const model = await compileClassifier(name, { imageSize, labels: dataset.labels, dropout });
  const splitSeed = given.splitSeed === undefined ? undefined : options.splitSeed;
  const asked = { ...settings, ...watching, recipe, name, model, splitSeed, modelSha256: await modelDigest(name) };
  if (options.ckptPath === undefined) return await openRun(asked);
  const remedy = `Type: ${commandInstead("--ckpt-path", "--weights")}`;
  return await needingCheckpoint(options.ckptPath, remedy, () => openRun(asked));
}

/** What is told of a run before it begins. */
export function describeRun(
  run: TrainingRun,
  { options, folder, state }: { options: TrainOptions; folder: RunFolder; state: TrainState },
): string[] {
  const { split: { train: films, val, test }, firstWeights, resumed } = run;
  const counts = `${films.length} films to train on, ${val.length} to validate, ${test.length} to test`;
  return [
    ...run.notes,
    `${modelName(run.name)} on ${run.dataset.name}: ${counts}; run folder ${folder.path}`,
    ...(firstWeights === undefined ? [] : [`Loaded model from ${firstWeights}`]),
    ...(resumed === undefined ? [] : [`Going on after step ${state.progress.step}`]),
    ...(options.xla && !nativeBackend()?.isUsingGpuDevice
      ? ["--xla is for a GPU, and none is used here: the step is what it is without it"]
      : []),
  ];
}
