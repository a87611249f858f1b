import { describeShares, lossNote } from "../baseline.ts";
import type { Training } from "../training.ts";
import type { Observer } from "./observer.ts";

/**
 * Tells of a run in the document's lines: `epoch 3 - loss 0.3312 - time 41.20s`, `val loss 0.3280`; what its losses are worth; and
 * why it stopped. It goes behind {@linkcode checkpoints}, whose lines come before its own. `tell` gets one line at a time.
 */
export function logLines(tell: (line: string) => void): Observer {
  let training: Training | undefined;
  return {
    name: "log",
    runStart(event) {
      training = event.training;
      for (const line of describeShares(training)) tell(line);
      tell("Starting training...");
    },
    epochTrained({ epoch, loss, seconds }) {
      if (loss !== undefined) tell(`epoch ${epoch} - loss ${loss.toFixed(4)} - time ${seconds.toFixed(2)}s`);
    },
    validated: ({ loss }) => tell(`val loss ${loss.toFixed(4)}`),
    rateReduced: ({ learningRate }) => tell(`learning rate ${learningRate}`),
    stoppedEarly({ epoch, reason }) {
      tell(`Early stopping triggered at epoch ${epoch}.`);
      tell(reason);
    },
    ended({ state }) {
      const note = training && lossNote(training, state().progress.best);
      if (note !== undefined) tell(note);
    },
    observerFailed({ observer, error }) {
      tell(`${observer} failed, and is left out from now on: ${error instanceof Error ? error.message : error}`);
    },
  };
}
