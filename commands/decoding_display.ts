import { type ProgressDisplay, showProgress } from "../train/progress.ts";

/** A display of films that are decoded to be recognized: it begins with the first of them, and ends with the last. */
export function decodingDisplay(): Disposable & { readonly onDecoded: (done: number, total: number) => void } {
  let display: ProgressDisplay | undefined;
  const end = () => {
    display?.[Symbol.dispose]();
    display = undefined;
  };
  return {
    onDecoded(done, total) {
      display ??= showProgress("identifying films", total);
      display.update(done, done);
      if (done === total) end();
    },
    [Symbol.dispose]: end,
  };
}
