import process from "node:process";
import cliProgress from "cli-progress";
import { printable } from "../errors.ts";

/** A display of how far some work is, on standard error: a bar on a terminal, else a line every ten seconds. */
export interface ProgressDisplay extends Disposable {
  /** Shows that `done` batches of the total are done, with `examples` films in all. */
  update(done: number, examples: number, loss?: number): void;
}

const secondsBetweenLines = 10;

/** Shows the progress of `total` batches behind a label such as `epoch 3/50`. The signal clears a bar away when it is aborted. */
export function showProgress(
  label: string,
  total: number,
  { signal }: { readonly signal?: AbortSignal } = {},
): ProgressDisplay {
  const start = performance.now();
  const figures = (done: number, examples: number, loss: number | undefined) => {
    const seconds = (performance.now() - start) / 1000;
    const left = seconds / done * (total - done);
    return {
      loss: loss === undefined ? "" : `loss ${loss.toFixed(4)}`,
      speed: `${(examples / seconds).toFixed(1)} images/s`,
      left: `${Math.floor(left / 60)}:${String(Math.floor(left % 60)).padStart(2, "0")} left`,
    };
  };
  if (Deno.stderr.isTerminal()) {
    const format = `${label} [{bar}] {value}/{total} {loss} {speed} {left}`;
    const bar = new cliProgress.SingleBar({
      stream: process.stderr,
      format,
      barsize: 24,
      clearOnComplete: true,
      gracefulExit: false, // it would take Ctrl-C from the command
    }, cliProgress.Presets.shades_classic);
    bar.start(total, 0, { loss: "", speed: "", left: "" });
    const stop = () => bar.stop();
    signal?.addEventListener("abort", stop);
    return {
      update(done, examples, loss) {
        if (!signal?.aborted) bar.update(done, figures(done, examples, loss));
      },
      [Symbol.dispose]() {
        signal?.removeEventListener("abort", stop);
        if (!signal?.aborted) bar.stop();
      },
    };
  }
  let shown = start;
  return {
    update(done, examples, loss) {
      const now = performance.now();
      if (now - shown < secondsBetweenLines * 1000) return;
      shown = now;
      const { speed, left, ...rest } = figures(done, examples, loss);
      console.error([`${label}, batch ${done}/${total}`, rest.loss, speed, left].filter(Boolean).join(", "));
    },
    [Symbol.dispose]() {},
  };
}

/** Moves to the beginning of the line and erases it. The console would escape these controls, since it prints text of files. */
const clearLine = new TextEncoder().encode("\r\x1b[K");

/** Writes a line to standard error. A bar that is shown there is cleared first, and drawn again below the line. */
export function printLine(line: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(clearLine);
  console.error(printable(line));
}
