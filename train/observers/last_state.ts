import { UnreadableFilmsError } from "../../data/checks/unreadable.ts";
import type { CheckpointMetadata } from "../../weights/checkpoint/checkpoint_metadata.ts";
import { saveState } from "../state_file.ts";
import type { Progress, TrainState } from "../state.ts";
import type { Observer } from "./observer.ts";

/** What the state is written with. */
export interface LastStateOptions {
  /** The file, `last/state.safetensors` of a run folder. */
  readonly path: string;
  /** The metadata of a checkpoint at a point of the run. */
  readonly describe: (progress: Progress) => CheckpointMetadata;
}

/**
 * Writes everything that a run needs to go on: after each epoch, where it is interrupted, and where too many films cannot be decoded.
 * An error ends the run.
 */
export function lastState({ path, describe }: LastStateOptions): Observer {
  const keep = ({ state }: { readonly state: () => TrainState }) => {
    const now = state();
    return saveState(path, describe(now.progress), now);
  };
  return {
    name: "last state",
    required: true,
    epochEnd: keep,
    interrupted: keep,
    failed: async (event) => {
      if (event.error instanceof UnreadableFilmsError) await keep(event);
    },
  };
}
