import { UserError } from "../../errors.ts";
import { openByteFile } from "../../formats/byte_file.ts";
import { openZip, type ZipArchive } from "../../formats/zip.ts";
import { PickleError } from "./pickle_vocabulary.ts";
import { extraMetadata, vocabulary } from "./pytorch_pickle.ts";
import { type Storages, tensorsOf } from "./pytorch_tensors.ts";
import { contentsOf } from "./state_dicts.ts";
import type { TensorSource } from "../tensor_source.ts";
import { unpickle } from "./unpickle.ts";

/** The longest pickle of a state dict: names and shapes. (ViT-B/16 has 60 kB.) */
export const pickleLimit = 64 << 20;

/**
 * Opens a file of `torch.save`, from PyTorch 1.6 on: a ZIP archive with a pickle that names the tensors, and their storages.
 * Undefined where the archive holds no such pickle.
 *
 * @throws {UserError} where it is damaged, or holds no tensors
 */
export async function openPytorch(path: string): Promise<TensorSource | undefined> {
  const file = await openByteFile(path);
  try {
    const archive = await openZip(file);
    const pickle = [...archive.members.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickle !== undefined) {
      return await sourceOf(path, archive, pickle, () => file[Symbol.dispose]());
    }
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
  file[Symbol.dispose]();
  return undefined;
}

async function sourceOf(path: string, archive: ZipArchive, pickle: string, close: () => void): Promise<TensorSource> {
  const folder = pickle.slice(0, pickle.indexOf("/"));
  const text = async (member: string) => {
    const { size = Infinity } = archive.members.get(`${folder}/${member}`) ?? {};
    return size < 1 << 20 ? new TextDecoder().decode(await archive.read(`${folder}/${member}`)) : undefined;
  };
  if (archive.members.has(`${folder}/constants.pkl`)) {
    throw new UserError(`${path} is a program of TorchScript`, {
      remedy: "In Python, save its tensors: torch.save(torch.jit.load(FILE).state_dict(), NEW)",
    });
  }
  if (await text("byteorder") === "big") throw new UserError(`${path} was written on a big-endian machine`);
  const size = archive.members.get(pickle)?.size ?? 0;
  if (size > pickleLimit) throw new UserError(`${path}: its pickle of ${size} bytes is longer than names can be`);
  const bytes = await archive.read(pickle);
  const { tensors, notes } = reading(path, () => contentsOf(unpickle(bytes, vocabulary).value));
  return tensorsOf({
    ...{ path, tensors, metadata: extraMetadata(await text("extra/thorax.json")) },
    storages: storagesIn(archive, `${folder}/data/`, close),
    notes: [
      ...notes,
      ...archive.hasChecksums ? [] : ["its archive has no checksums: damage to the weights would not be seen"],
    ],
  });
}

/** The storages of an archive. Each is compared with its checksum when it is first read, whole, whatever a tensor takes of it. */
function storagesIn(archive: ZipArchive, folder: string, close: () => void): Storages {
  const verified = new Set<string>();
  return {
    size(key) {
      const member = archive.members.get(folder + key);
      return member?.stored ? member.size : undefined;
    },
    async read(key, begin, length) {
      const name = folder + key, isWhole = length === archive.members.get(name)?.size;
      if (isWhole) return await archive.read(name);
      if (!verified.has(name)) { for await (const _ of archive.stream(name)); }
      verified.add(name);
      return await archive.readStored(name, begin, length);
    },
    [Symbol.dispose]: close,
  };
}

/**
 * Reads a pickle of a file.
 *
 * @throws {UserError} in place of a {@linkcode PickleError}, with what to do
 */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    const isDamaged = error.message.startsWith("its pickle is ");
    throw new UserError(`${path}${error.message.startsWith("its ") ? ": " : " "}${error.message}`, {
      remedy: isDamaged
        ? "Copy or download it again"
        : "In Python, save the tensors alone: torch.save(model.state_dict(), FILE)",
    });
  }
}
