/** The progress of an installation, in bytes: it waits for another process, starts, runs through three steps, and ends. */
export type Progress =
  | { readonly step: "wait" }
  | { readonly step: "start"; readonly folder: string; readonly total: number }
  | { readonly step: "download" | "check" | "extract"; readonly done: number; readonly total: number }
  | { readonly step: "end"; readonly folder: string };

/** Is called with each {@linkcode Progress}. */
export type OnProgress = (progress: Progress) => void;

const titles = { download: "Downloading", check: "Checking", extract: "Extracting" };

/** Formats a size: `274000871` → `"274 MB"`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Writes the progress of an installation as lines for a log, one for each quarter of a step. */
export function lineProgress(write: (line: string) => void): OnProgress {
  let last = "";
  const once = (line: string) => {
    if (line !== last) write(line);
    last = line;
  };
  return (progress) => {
    switch (progress.step) {
      case "wait":
        return once("Another process is installing libtensorflow: waiting for it.");
      case "start":
        return once(`Installing libtensorflow (${megabytes(progress.total)} to download) into ${progress.folder}`);
      case "end":
        return once(`Installed libtensorflow in ${progress.folder}`);
      default: {
        const { step, done, total } = progress;
        const quarter = Math.floor(4 * done / total) * 25;
        return once(`${titles[step]} libtensorflow: ${quarter} % of ${megabytes(total)}`);
      }
    }
  };
}

/** Shows the progress of an installation on standard error: as bars on a terminal, otherwise as lines. */
export async function terminalProgress(): Promise<OnProgress> {
  const asLines = lineProgress((line) => console.error(line));
  if (!Deno.stderr.isTerminal()) return asLines;
  // @ts-types="@types/cli-progress"
  const { default: { SingleBar } } = await import("cli-progress");
  let bar: InstanceType<typeof SingleBar> | undefined, step = "";
  return (progress) => {
    if (progress.step !== step) {
      bar?.stop();
      bar = undefined;
      step = progress.step;
    }
    if (!("done" in progress)) return asLines(progress);
    if (!bar) {
      const format = `${titles[progress.step].padEnd(11)} [{bar}] {percentage} % of {size}, {eta_formatted} left`;
      bar = new SingleBar({ format, barCompleteChar: "=", barIncompleteChar: "-", hideCursor: null });
      bar.start(progress.total, 0, { size: megabytes(progress.total) });
    }
    bar.update(progress.done);
    if (progress.done >= progress.total) bar.stop();
  };
}
