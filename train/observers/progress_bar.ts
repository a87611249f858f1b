import { type ProgressDisplay, showProgress } from "../progress.ts";
import type { Observer } from "./observer.ts";

/** Shows how far each epoch and each validation is, on standard error: a bar on a terminal, else a line now and then. */
export function progressBar(): Observer {
  let display: ProgressDisplay | undefined, signal: AbortSignal | undefined;
  const begin = (label: string, batches: number) => void (display = showProgress(label, batches, { signal }));
  const end = () => {
    display?.[Symbol.dispose]();
    display = undefined;
  };
  return {
    name: "progress bar",
    runStart: ({ training }) => void ({ signal } = training),
    epochStart: ({ epoch, epochs, batches }) => begin(`epoch ${epoch}/${epochs}`, batches),
    step: ({ batch, examplesSoFar, meanLoss }) => display?.update(batch, examplesSoFar, meanLoss),
    epochTrained: end,
    validationStart: ({ batches }) => begin("validation", batches),
    validationStep: ({ batch, examples }) => display?.update(batch, examples),
    validated: end,
    interrupted: end,
    failed: end,
  };
}
