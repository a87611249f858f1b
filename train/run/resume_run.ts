import { openDataset } from "../../data/readers/open_dataset.ts";
import { datasetKind } from "../../data/readers/readers.ts";
import { printable, quoted, UserError } from "../../errors.ts";
import { isFile } from "../../trained/model_name.ts";
import { compileCheckpoint, modelDigest } from "../../trained/model_source.ts";
import { openCheckpoint } from "../../weights/checkpoint/checkpoint.ts";
import type { CheckpointMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import { reviveRecipe } from "../recipe_record.ts";
import type { Recipe } from "../recipe.ts";
import { checkConsistent, earlierRecipe, readConfig, readSettings, type RecordedSettings } from "./config.ts";
import { modelDigestKey } from "./describe.ts";
import { prepareRun, type TrainingRun } from "./open_run.ts";
import { checkRunFolder, runFolder } from "./run_folder.ts";
import type { FirstWeights, RunOptions } from "./run_options.ts";

/** What may be different when a run goes on, and what its folder cannot hold. */
export interface ResumeOptions extends
  Partial<
    Pick<
      RunOptions,
      | "epochs"
      | "maxSteps"
      | "limitTrainBatches"
      | "limitValBatches"
      | "remat"
      | "xla"
      | "onBadImage"
      | "dropout"
      | "dataset"
      | "directory"
      | "record"
      | "onUnreadable"
      | "onDecoded"
    >
  > {
  /** The file that exports the layers which the model needs, the one that the run was started with. */
  readonly modelFile?: string;
  /** The parts of the recipe that are the user's own, as the run was started with. */
  readonly recipe?: Partial<Recipe>;
  /** Whether the run may go on without validation and test films that are gone. */
  readonly withoutGone?: boolean;
}

/**
 * Opens a run that goes on from its folder's last state. A run folder may be a stranger's, so nothing is loaded because it names it:
 * layers and parts of a recipe that are the user's own are given again.
 *
 * @throws {UserError} one line, where there is no such run, or what is given is not what it was started with
 *
 * @example
 * ```ts ignore
 * import { createRun, fitRun, resumeRun, runObservers } from "@thorax/thorax";
 * await using run = await resumeRun("checkpoints/resnet18-balanced-2026-01-31-12-00-00", { epochs: 20 });
 * const folder = await createRun(run);
 * await fitRun(run, runObservers(run, folder));
 * ```
 */
export async function resumeRun(folder: string, options: ResumeOptions = {}): Promise<TrainingRun> {
  await checkRunFolder(folder);
  const { config: place, state } = runFolder(folder), config = await readConfig(place);
  const settings = readSettings(config, place);
  await checkState(folder, settings);
  const { metadata, ...compiled } = await recordedModel(folder, settings, options.modelFile);
  const recipe = config.recipe === undefined
    ? earlierRecipe(config, place)
    : await reviveRecipe(config.recipe, options.recipe ?? {}, place);
  checkConsistent(config, recipe, place);
  const directory = options.directory ?? metadata.dataset.directory;
  const dataset = options.dataset ??
    await openDataset({ directory, kind: datasetKind(metadata.dataset.kind) });
  const { model: name, imgSize: _, dataDir: __, ...recorded } = settings;
  return await prepareRun(
    { ...recorded, from: fromOf(settings), ...given(options), ...compiled, name, dataset, directory, recipe },
    { folder, withoutGone: options.withoutGone ?? false, state },
  );
}

/** What is given, without what is left undefined. */
function given(options: ResumeOptions): Omit<ResumeOptions, "recipe" | "dataset"> {
  const { recipe: _, dataset: __, ...others } = options;
  return Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
}

function fromOf({ ckptPath, weights }: RecordedSettings): FirstWeights | undefined {
  if (ckptPath !== undefined) return { checkpoint: ckptPath };
  return weights === undefined ? undefined : { weights };
}

/**
 * Says so where a finished run holds no state any more.
 *
 * @throws {UserError} where it cannot go on
 */
export async function checkState(
  run: string,
  { model = "", dataDir, imgSize }: { readonly model?: string; readonly dataDir?: string; readonly imgSize?: number },
): Promise<void> {
  const { state, final } = runFolder(run);
  if (await isThere(state) || !await isThere(final)) return;
  const films = dataDir === undefined ? [] : ["--data-dir", dataDir];
  const size = imgSize === undefined ? [] : ["--img-size", `${imgSize}`];
  const command = ["--model", model, ...films, ...size, "--ckpt-path", final].map(quoted).join(" ");
  throw new UserError(`${run} cannot go on: its state was removed when it ended, as --no-keep-state asks`, {
    remedy: `Start a new run from its weights: deno task train ${printable(command)}`,
  });
}

const isThere = (path: string) => Deno.lstat(path).then(() => true, () => false);

/** The model of a run that goes on, as its state has it. */
interface RecordedModel extends Pick<RunOptions, "model" | "modelSha256"> {
  readonly metadata: CheckpointMetadata;
}

/**
 * The model of a run that goes on, compiled from the spec in its state. `file` is the file that the run was started with, whose layers
 * the spec may need. Its own bytes are compared by their SHA-256, but not what it imports.
 *
 * @throws {UserError} where the state does not fit the options, needs a file, or another one is given
 */
async function recordedModel(
  run: string,
  { imgSize }: RecordedSettings,
  file: string | undefined,
): Promise<RecordedModel> {
  const { state, config } = runFolder(run);
  using recorded = await openCheckpoint(state);
  const { metadata } = recorded, { imageSize } = metadata.preprocessing;
  if (imgSize !== undefined && imageSize !== imgSize) {
    throw new UserError(`${config} says --img-size ${imgSize}, and the model in ${state} is for ${imageSize}`);
  }
  const digest = metadata.options[modelDigestKey], kept = typeof digest === "string" ? digest : undefined;
  if (file === undefined || !isFile(file)) {
    return { metadata, model: await compileCheckpoint(state, metadata), modelSha256: kept };
  }
  const modelSha256 = await modelDigest(file);
  if (kept !== undefined && kept !== modelSha256) {
    throw new UserError(
      `--model ${file} is not the file that ${run} was started with: its SHA-256 is ${modelSha256}, and was ${kept}`,
      { remedy: "Give the file as it was, or start a new run with --ckpt-path" },
    );
  }
  return { metadata, model: await compileCheckpoint(state, metadata, file), modelSha256 };
}
