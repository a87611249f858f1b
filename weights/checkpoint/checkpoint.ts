import { UserError } from "../../errors.ts";
import { type CheckpointMetadata, encodeMetadata, recordedMetadata } from "./checkpoint_metadata.ts";
import type { StoredTensor } from "../dtype.ts";
import { refuseRunFolder } from "./run_checkpoint.ts";
import { readSafetensors, type SafetensorsFile, writeSafetensors } from "../safetensors/safetensors.ts";

/** An open checkpoint. Its metadata are in memory; its tensors stay on disk until they are read. */
export interface Checkpoint extends Disposable {
  readonly metadata: CheckpointMetadata;
  /** The names of its tensors, in the order of the file. */
  readonly names: readonly string[];
  /** The shapes of its tensors, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Reads a floating-point tensor as float32, row-major. */
  readonly read: SafetensorsFile["read"];
  /** Reads any tensor in its own type. */
  readonly readStored: SafetensorsFile["readStored"];
}

/**
 * Writes a model's tensors, with the metadata needed to use them, as one safetensors file, whole or not at all. Where
 * one of `linkTargets` has the same bytes, `path` becomes a hard link to that file.
 *
 * @throws {UserError} exit status 1, where the file cannot be written
 */
export async function writeCheckpoint(
  path: string,
  metadata: CheckpointMetadata,
  tensors: Iterable<StoredTensor>,
  linkTargets: readonly string[] = [],
): Promise<void> {
  await writeSafetensors(path, tensors, encodeMetadata(metadata), linkTargets);
}

/**
 * Opens a checkpoint that {@linkcode writeCheckpoint} wrote.
 *
 * @throws {UserError} where the file cannot be read, is damaged, or is not a checkpoint of Thorax
 *
 * @example
 * ```ts ignore
 * using checkpoint = await openCheckpoint("best_model.safetensors");
 * console.log(checkpoint.metadata.labels, await checkpoint.read(checkpoint.names[0]));
 * ```
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  await refuseRunFolder(path);
  using stack = new DisposableStack();
  const file = stack.use(await readSafetensors(path));
  const metadata = recordedMetadata({ path, metadata: file.metadata });
  if (metadata === undefined) {
    throw new UserError(
      `${path} is a safetensors file but holds no Thorax metadata; it is not a checkpoint of this program`,
    );
  }
  const { tensors, read, readStored } = file, opened = stack.move();
  return {
    metadata,
    names: [...tensors.keys()],
    shapes: new Map(Array.from(tensors, ([name, { shape }]) => [name, shape])),
    read,
    readStored,
    [Symbol.dispose]: () => opened.dispose(),
  };
}
