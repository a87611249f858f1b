import { dirname, extname, join } from "node:path";
import { UserError } from "../errors.ts";
import { checkpointNames, compileCheckpoint } from "../trained/model_source.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import type { Library } from "../weights/names/naming.ts";
import { type ExportFormat, exportFormats } from "./formats.ts";

/** Options of {@linkcode exportCheckpoint}. */
export interface ExportCheckpointOptions {
  /** Default: `safetensors`. */
  readonly format?: ExportFormat;
  /** The library whose names and layout the weights get, in the formats that hold weights alone; by default the format chooses. */
  readonly names?: Library;
  /** The file that exports the layers which the model's spec needs, where it has layers of its own. */
  readonly model?: string;
  /** Opens the engine for a format that holds the computation; without it, one must be open already. */
  readonly openEngine?: () => Promise<unknown>;
  /** Receives what to know about the checkpoint, one line at a time. */
  readonly onNote?: (note: string) => void;
}

/** What was written. */
export interface ExportedFile {
  /** The file or folder. */
  readonly path: string;
  /** The form that it has. */
  readonly format: ExportFormat;
  /** What its parts are named after, for people: `names of torchvision`. */
  readonly named: string;
  /** The size of the file, or of all files of the folder. */
  readonly bytes: number;
}

/**
 * Writes the model of a checkpoint for other programs, whole or not at all. Formats that hold the computation (ONNX, SavedModel,
 * TensorFlow.js) fold batch norms into the convolutions before them; the labels and how films are scaled are in their metadata. Nothing
 * goes along of the films that the model saw, of patients, and of this machine's folders.
 *
 * @throws {UserError} where the checkpoint cannot be read, the format does not take the file's name, or it cannot be written
 *
 * @example
 * ```ts ignore
 * import { exportCheckpoint, openEngine } from "@thorax/thorax";
 * await exportCheckpoint("best_model.safetensors", "resnet18.pt", { format: "pytorch" });
 * await openEngine();
 * await exportCheckpoint("best_model.safetensors", "resnet18.onnx", { format: "onnx" });
 * ```
 */
export async function exportCheckpoint(
  path: string,
  output: string,
  { format = "safetensors", names, model: file, openEngine, onNote }: ExportCheckpointOptions = {},
): Promise<ExportedFile> {
  using checkpoint = await openCheckpoint(path);
  const model = await compileCheckpoint(path, checkpoint.metadata, file, onNote);
  const { weightNames } = await checkpointNames(checkpoint.metadata, file);
  const { endings, holds, write } = exportFormats[format];
  if (endings.length > 0 && !endings.includes(extname(output))) {
    throw new UserError(`--output ${output} must end in ${endings.join(" or ")} for --format ${format}`);
  }
  await checkFolder(output);
  if (holds === "computation") await openEngine?.();
  const named = await write(output, { path, checkpoint, model, weightNames, names });
  return { path: output, format, named, bytes: await sizeOf(output) };
}

/** Makes sure that there is a folder to write to, before anything is computed. */
async function checkFolder(output: string): Promise<void> {
  const folder = dirname(output), info = await Deno.stat(folder).catch(() => undefined);
  if (info?.isDirectory) return;
  const problem = info === undefined ? `there is no folder ${folder}` : `${folder} is not a folder`;
  throw new UserError(`--output ${output}: ${problem}`, {
    remedy: "Make it, or name another place with --output",
  });
}

/** Counts the bytes of a file, or of all files in a folder. */
async function sizeOf(path: string): Promise<number> {
  const { size, isDirectory } = await Deno.stat(path);
  if (!isDirectory) return size;
  const entries = await Array.fromAsync(Deno.readDir(path));
  const sizes = await Promise.all(entries.map(({ name }) => sizeOf(join(path, name))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
