import { UserError } from "../../errors.ts";
import { openByteFile } from "../../formats/byte_file.ts";
import { checkPackedSize } from "../../formats/packed_size.ts";
import { openZip, type ZipArchive } from "../../formats/zip.ts";
import { explainPickle, pickleLimit } from "./explain_pickle.ts";
import { parseExtraMetadata, vocabulary } from "./pytorch_pickle.ts";
import { type PytorchFile, sourceOfTensors, type Storages } from "./pytorch_tensors.ts";
import { saveAgain } from "./save_again.ts";
import { findTensors } from "./state_dicts.ts";
import { quote } from "../quote.ts";
import type { TensorSource } from "../tensor_source.ts";
import { unpickle } from "./unpickle.ts";

/**
 * Opens a file that `torch.save` wrote from PyTorch 1.6 on: a ZIP archive of a pickle, which names the tensors, and
 * their storages.
 *
 * @returns undefined where the archive holds no such pickle
 * @throws {UserError} where the file is damaged, or holds no tensors
 */
export async function openPytorch(path: string): Promise<TensorSource | undefined> {
  using stack = new DisposableStack();
  const archive = await openZip(stack.use(await openByteFile(path)));
  const pickle = [...archive.members.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) return undefined;
  const contents = await readContents(path, archive, pickle), opened = stack.move();
  return sourceOfTensors({
    ...contents,
    storages: storagesIn(path, archive, `${folderOf(pickle)}/data/`, () => opened.dispose()),
  });
}

const folderOf = (member: string) => member.slice(0, member.indexOf("/"));

/** Reads the pickle of an archive, and what lies beside it. */
async function readContents(
  path: string,
  archive: ZipArchive,
  pickle: string,
): Promise<Omit<PytorchFile, "storages">> {
  const folder = folderOf(pickle);
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
  if (size > pickleLimit) {
    throw new UserError(
      `${path}: its pickle of ${size} bytes is longer than names can be, and holds more than tensors`,
      {
        remedy: saveAgain(await beginning(archive.stream(pickle))),
      },
    );
  }
  const bytes = await archive.read(pickle);
  const { tensors, notes } = explainPickle(path, () => findTensors(unpickle(bytes, vocabulary).value));
  return {
    path,
    tensors,
    metadata: parseExtraMetadata(await text("extra/thorax.json")),
    notes: [
      ...notes,
      ...archive.hasChecksums ? [] : ["its archive has no checksums: damage to the weights would go unnoticed"],
    ],
  };
}

/** The first of a stream's pieces. */
async function beginning(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const piece of pieces) return piece;
  return new Uint8Array();
}

/**
 * The storages of an archive. The first read of each compares the whole of it with its checksum, even where it needs
 * only a part. Compressed ones, of an archive that was packed anew, are inflated whole; the last is kept for its next tensor.
 */
function storagesIn(path: string, archive: ZipArchive, folder: string, close: () => void): Storages {
  const verified = new Set<string>();
  let last: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  const inflate = async (name: string) => {
    if (last?.name === name) return last.bytes;
    last = undefined;
    last = { name, bytes: await archive.read(name) };
    return last.bytes;
  };
  return {
    size: (key) => archive.members.get(folder + key)?.size,
    async read(key, begin, length) {
      const name = folder + key, { size, stored } = archive.members.get(name) ?? {};
      checkPackedSize(archive, {
        name,
        place: `${path}, storage ${quote(key)},`,
        remedy: "Save it again, with torch.save",
      });
      if (length === size) return await archive.read(name);
      if (!stored) return (await inflate(name)).slice(begin, begin + length);
      if (!verified.has(name)) { for await (const _ of archive.stream(name)); }
      verified.add(name);
      return await archive.readStored(name, begin, length);
    },
    [Symbol.dispose]: close,
  };
}
