import type { CheckpointMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import { saveWeights } from "../../weights/checkpoint/model_weights.ts";
import type { RunFolder } from "../run/run_folder.ts";
import type { Progress } from "../state.ts";
import type { Observer } from "./observer.ts";

/** What checkpoints are written with. */
export interface CheckpointsOptions {
  /** The files that are written. */
  readonly folder: Pick<RunFolder, "best" | "final" | "epoch">;
  /** The metadata of a checkpoint at a point of the run. */
  readonly describe: (progress: Progress) => CheckpointMetadata;
  /** A checkpoint is kept every so many epochs; by default none is but the best and the final one. */
  readonly saveEvery?: number;
  /** Gets a line about each. */
  readonly tell?: (line: string) => void;
}

/**
 * Writes the weights of the lowest validation loss, those of every `saveEvery`th epoch, and the final ones. Where two are the same,
 * they are one file under two names. An error ends the run.
 */
export function checkpoints(
  { folder, describe, saveEvery = Infinity, tell = () => {} }: CheckpointsOptions,
): Observer {
  return {
    name: "checkpoints",
    required: true,
    async improved({ epoch, loss, state }) {
      const { tensors: { weights }, progress } = state();
      await saveWeights(folder.best, describe(progress), weights);
      tell(`Best model saved at epoch ${epoch} with val loss ${loss.toFixed(4)}`);
    },
    async epochEnd({ epoch, state }) {
      if (epoch % saveEvery !== 0) return;
      const { tensors: { weights }, progress } = state();
      await saveWeights(folder.epoch(epoch), describe(progress), weights, [folder.best]);
      tell(`Checkpoint saved at epoch ${epoch}`);
    },
    async ended({ state }) {
      const { tensors: { weights }, progress } = state();
      await saveWeights(folder.final, describe(progress), weights, [folder.best, folder.epoch(progress.epoch)]);
      tell("Final model saved.");
    },
  };
}
