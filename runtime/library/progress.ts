/** What an installation tells while it runs; sizes in bytes. */
export type Progress =
  | { readonly step: "wait" }
  | { readonly step: "start"; readonly folder: string; readonly total: number }
  | { readonly step: "download" | "check" | "extract"; readonly done: number; readonly total: number }
  | { readonly step: "end"; readonly folder: string };

/** Told of each {@linkcode Progress}. */
export type OnProgress = (progress: Progress) => void;

const titles = { download: "Downloading", check: "Checking", extract: "Extracting" };

/** `274000871` → `"274 MB"`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Tells an installation's progress line by line, in quarters of each step: for logs. */
export function lines(write: (line: string) => void): OnProgress {
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

/** Tells an installation's progress on standard error: bars on a terminal, otherwise lines. */
export async function standardError(): Promise<OnProgress> {
  const told = lines((line) => console.error(line));
  if (!Deno.stderr.isTerminal()) return told;
  // @ts-types="@types/cli-progress"
  const { default: { SingleBar } } = await import("cli-progress");
  let bar: InstanceType<typeof SingleBar> | undefined, step = "";
  return (progress) => {
    if (progress.step !== step) {
      bar?.stop();
      bar = undefined;
      step = progress.step;
    }
    if (!("done" in progress)) return told(progress);
    if (!bar) {
      const format = `${titles[progress.step].padEnd(11)} [{bar}] {percentage} % of {size}, {eta_formatted} left`;
      bar = new SingleBar({ format, barCompleteChar: "=", barIncompleteChar: "-", hideCursor: null });
      bar.start(progress.total, 0, { size: megabytes(progress.total) });
    }
    bar.update(progress.done);
    if (progress.done >= progress.total) bar.stop();
  };
}
