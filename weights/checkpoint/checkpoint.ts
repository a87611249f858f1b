import { UserError } from "../../errors.ts";
import { type CheckpointMetadata, damagedMetadata, decodeMetadata, encodeMetadata } from "./checkpoint_metadata.ts";
import type { StoredTensor } from "../dtype.ts";
import { readSafetensors, type SafetensorsFile, writeSafetensors } from "../safetensors/safetensors.ts";

/** An open checkpoint: what it says about itself, and its tensors, on disk until they are read. */
export interface Checkpoint extends Disposable {
  readonly metadata: CheckpointMetadata;
  /** In the order of the file. */
  readonly names: readonly string[];
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** A floating-point tensor as float32, row-major. */
  readonly read: SafetensorsFile["read"];
  /** Any tensor in its own type. */
  readonly readStored: SafetensorsFile["readStored"];
}

/**
 * Writes a model's tensors with all that is needed to use them, as one safetensors file, whole or not at all. Where one of `twins` is
 * that file already, `path` becomes another name of it.
 *
 * @throws {UserError} exit status 1, where the file cannot be written
 */
export async function writeCheckpoint(
  path: string,
  metadata: CheckpointMetadata,
  tensors: Iterable<StoredTensor>,
  twins: readonly string[] = [],
): Promise<void> {
  await writeSafetensors(path, tensors, encodeMetadata(metadata), twins);
}

/**
 * Opens a checkpoint of {@linkcode writeCheckpoint}.
 *
 * @throws {UserError} where the file cannot be read, is damaged, or is no checkpoint of ours
 *
 * @example
 * ```ts ignore
 * using checkpoint = await openCheckpoint("best_model.safetensors");
 * console.log(checkpoint.metadata.labels, await checkpoint.read(checkpoint.names[0]));
 * ```
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await readSafetensors(path);
  const metadata = "thorax" in file.metadata ? decodeMetadata(file.metadata) : undefined;
  if (metadata === undefined || typeof metadata === "string") {
    file[Symbol.dispose]();
    throw metadata === undefined
      ? new UserError(
        `${path} is a safetensors file but holds no Thorax metadata; it is not a checkpoint of this program`,
      )
      : damagedMetadata(path, metadata);
  }
  const { tensors, read, readStored } = file;
  return {
    metadata,
    names: [...tensors.keys()],
    shapes: new Map(Array.from(tensors, ([name, { shape }]) => [name, shape])),
    read,
    readStored,
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}
