import process from "node:process";
import cliProgress from "cli-progress";
import { printable } from "../errors.ts";

/** A look at work under way: a bar on a terminal, else a line now and then, on standard error. */
export interface ProgressDisplay extends Disposable {
  /** `done` of the total; `examples` are all that went through so far. */
  update(done: number, examples: number, loss?: number): void;
}

const secondsBetweenLines = 10;

/** Shows the progress of `total` batches. `label` stands in front: `epoch 3/50`. Aborting clears a bar away. */
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

/** To the line's begin, and erase it: what the console does not let through, since files' text goes there. */
const clearLine = new TextEncoder().encode("\r\x1b[K");

/** Writes a line to standard error. A bar that stands there makes room, and is drawn again below. */
export function printLine(line: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(clearLine);
  console.error(printable(line));
}
