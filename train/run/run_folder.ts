import { dirname, join, normalize } from "node:path";
import { systemReason, UserError } from "../../errors.ts";
import { modelName } from "../../trained/model_name.ts";

/** The files of one training run. */
export interface RunFolder {
  /** The folder itself. */
  readonly path: string;
  /** Weights of the lowest validation loss. */
  readonly best: string;
  /** Weights after the last epoch. */
  readonly final: string;
  /** Weights after an epoch that `--save-every` keeps. */
  readonly epoch: (epoch: number) => string;
  /** Everything that `--resume` needs. */
  readonly state: string;
  /** A row for each step and each evaluation. */
  readonly metrics: string;
  /** The run's options and its recipe. */
  readonly config: string;
  /** Each film's name, patient and split. A checkpoint has digests in their place. */
  readonly split: string;
  /** The folder of the test's report. */
  readonly report: string;
}

/** Names the files of a run folder. */
export function runFolder(path: string): RunFolder {
  return {
    path,
    best: join(path, "best_model.safetensors"),
    final: join(path, "final_model.safetensors"),
    epoch: (epoch) => join(path, `checkpoint_epoch${epoch}.safetensors`),
    state: join(path, "last", "state.safetensors"),
    metrics: join(path, "metrics.csv"),
    config: join(path, "config.json"),
    split: join(path, "split.csv"),
    report: join(path, "report"),
  };
}

/**
 * Makes sure that a path is not part of a run.
 *
 * @throws {UserError} where it is one of its files, or a folder in it, that names the run
 */
export async function checkIsRun(path: string): Promise<void> {
  const { isDirectory, isFile } = await Deno.stat(path).catch(() => ({ isDirectory: false, isFile: false }));
  if (isDirectory && await isRun(path) || !isDirectory && !isFile) return;
  const [inside, wider] = [dirname(path), dirname(dirname(path))].map((folder) => normalize(folder));
  const run = await isRun(inside) ? inside : await isRun(wider) ? wider : undefined;
  if (isDirectory && run === undefined) return; // reading from it says what is wrong
  throw new UserError(`${path} is a ${isFile ? "file" : "folder of a run"}, and --resume takes a run folder`, {
    remedy: run === undefined ? undefined : `Its run is --resume ${run}`,
  });
}

/** Whether a folder is a run's: it has the options of one. */
async function isRun(folder: string): Promise<boolean> {
  const info = await Deno.stat(runFolder(folder).config).catch(() => undefined);
  return info?.isFile ?? false;
}

/**
 * Makes sure that everything that is written to a run folder stays in it. A run folder may come from a stranger, and the target of
 * a link in it would be overwritten. The folder itself may be a link.
 *
 * @throws {UserError} that names a link, a pipe or a device
 */
export async function checkRunFolder(path: string): Promise<void> {
  for (const { name, isSymlink, isFile, isDirectory } of await entriesOf(path)) {
    const entry = join(path, name);
    if (isSymlink) {
      throw new UserError(`${entry} is a link, and a run is written into its own folder alone`, {
        remedy: "Replace it with what it links to, if that is yours",
      });
    }
    if (!isFile && !isDirectory) throw new UserError(`${entry} is neither a file nor a folder`);
    if (isDirectory) await checkRunFolder(entry);
  }
}

async function entriesOf(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch {
    return []; // what is no folder holds no links; reading from it says what is wrong
  }
}

/** Sums the bytes of a folder's files. A file with several names counts once. */
export async function bytesOnDisk(folder: string): Promise<number> {
  const files = new Map<string, number>();
  const visit = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      const entry = join(path, name);
      if (isDirectory) {
        await visit(entry);
        continue;
      }
      const { dev, ino, size } = await Deno.lstat(entry);
      files.set(ino === null ? entry : `${dev} ${ino}`, size);
    }
  };
  await visit(folder);
  return files.values().reduce((sum, bytes) => sum + bytes, 0);
}

/** Says what a run takes on the disk: `The run takes 180.1 MB on the disk, 135.1 MB of them for --resume`. */
export async function describeDiskUse({ path, state }: RunFolder): Promise<string> {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const kept = await bytesOnDisk(dirname(state)).catch(() => 0); // removed
  const part = kept === 0 ? "" : `, ${megabytes(kept)} of them for --resume`;
  return `The run takes ${megabytes(await bytesOnDisk(path))} on the disk${part}`;
}

/** Removes `last/`, which only a run that goes on needs. */
export async function removeState({ state }: RunFolder): Promise<void> {
  await Deno.remove(state);
  await Deno.remove(dirname(state)).catch(() => {}); // whatever else is in there is not ours to remove
}

/** Makes `PARENT/MODEL-SPLIT-YYYY-MM-DD-HH-MM-SS/`, or the same with `-2`, `-3`, … where that name is taken. */
export async function createRunFolder(
  parent: string,
  model: string,
  splitType: string,
  now: Date,
): Promise<RunFolder> {
  const { date, time } = timestamp(now);
  const name = join(parent, `${modelName(model)}-${splitType}-${date}-${time}`);
  try {
    await Deno.mkdir(parent, { recursive: true });
    for (let attempt = 1;; attempt++) {
      const folder = runFolder(attempt === 1 ? name : `${name}-${attempt}`);
      try {
        await Deno.mkdir(folder.path);
      } catch (error) {
        if (error instanceof Deno.errors.AlreadyExists) continue;
        throw error;
      }
      await Deno.mkdir(join(folder.path, "last"));
      return folder;
    }
  } catch (cause) {
    throw new UserError(`cannot make a run folder in ${parent}: ${systemReason(cause)}`, {
      remedy: "Name another one with --ckpt-dir",
      cause,
    });
  }
}

/** Formats a local date `YYYY-MM-DD` and time `HH-MM-SS`. */
export function timestamp(now: Date): { date: string; time: string } {
  const two = (value: number) => String(value).padStart(2, "0");
  return {
    date: [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-"),
    time: [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join("-"),
  };
}
