import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { didYouMean, UserError } from "../../errors.ts";
import { readRegularFile } from "../../formats/regular_file.ts";
import { quote } from "../quote.ts";
import type { TensorInfo, WeightsFile } from "../tensor_source.ts";

/** The longest index that is read, in bytes: a line of 100 for each of 500,000 tensors. */
const longestIndex = 50 << 20;

/** The most files that one model is spread over. */
const mostShards = 1000;

/**
 * An index: by the name of each tensor, the file beside the index that holds it. A name that leaves the folder is
 * refused.
 */
const indexSchema = z.object({
  weight_map: z.record(z.string(), z.string().regex(/^[^/\\]+\.(safetensors|bin|pt|pth)$/)),
});

/**
 * Finds the index of a sharded model by the name of the index itself or of any part: `model-00001-of-00003.safetensors`
 * belongs to `model.safetensors.index.json`, if that file is beside it.
 */
export async function indexBeside(path: string): Promise<string | undefined> {
  if (path.endsWith(".index.json")) return path;
  const [, stem, ending] = /^(.+)-\d{5}-of-\d{5}(\.\w+)$/.exec(basename(path)) ?? [];
  if (stem === undefined) return undefined;
  const index = join(dirname(path), `${stem}${ending}.index.json`);
  return await Deno.stat(index).then(() => index, () => undefined);
}

/**
 * Opens the files that a Hugging Face index (`model.safetensors.index.json`) spreads a model over, as one file.
 *
 * @param openPart opens one of the files
 * @throws {UserError} where the index is damaged, or a file lacks a tensor that the index puts there
 */
export async function openSharded(
  path: string,
  openPart: (path: string) => Promise<WeightsFile>,
): Promise<WeightsFile> {
  const places = Object.entries(await readIndex(path));
  const names = [...new Set(places.map(([, file]) => file))];
  if (names.length > mostShards) throw new UserError(`${path} names ${names.length} files; a model has fewer`);
  using stack = new DisposableStack();
  const parts = new Map<string, WeightsFile>();
  for (const name of names) parts.set(name, stack.use(await openPart(join(dirname(path), name))));
  const tensors = new Map<string, TensorInfo>(), partOf = new Map<string, WeightsFile>();
  for (const [name, file] of places) {
    const part = parts.get(file), info = part?.tensors.get(name);
    if (!part || !info) throw new UserError(`${path} says that ${quote(name)} is in ${quote(file)}, and it is not`);
    tensors.set(name, info);
    partOf.set(name, part);
  }
  const [first] = parts.values();
  if (!first) throw new UserError(`${path} names no file of weights`);
  const opened = stack.move(), { format, metadata } = first;
  return {
    path,
    format,
    metadata,
    tensors,
    notes: [
      `its ${places.length} tensors lie in ${names.length} files`,
      ...new Set(Array.from(parts.values(), (part) => part.notes ?? []).flat()),
    ],
    read(name) {
      const part = partOf.get(name);
      if (!part) throw new UserError(`${path} holds no tensor ${quote(name)}${didYouMean(name, tensors.keys())}`);
      return part.read(name);
    },
    [Symbol.dispose]: () => opened.dispose(),
  };
}

async function readIndex(path: string): Promise<Readonly<Record<string, string>>> {
  const bytes = await readRegularFile(path, { limit: longestIndex, what: "an index of weights" });
  const { data, error } = indexSchema.safeParse(parse(bytes));
  if (error) {
    throw new UserError(`${path} is not an index of weights: it has no "weight_map" from tensors to files beside it`);
  }
  if (Object.keys(data.weight_map).length === 0) throw new UserError(`${path} names no tensor`);
  return data.weight_map;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
