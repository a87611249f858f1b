import { configure, type Entry, type FileEntry, Reader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { UserError } from "../errors.ts";
import { type NpyArray, readNpy } from "./npy.ts";

configure({ useWebWorkers: false }); // the runtime's own DecompressionStream does the work

/** Reads ranges of a file, so that a member costs its own size and not the archive's. */
class FileReader extends Reader<Deno.FsFile> {
  constructor(private readonly file: Deno.FsFile) {
    super(file);
    this.size = file.statSync().size;
  }

  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    await this.file.seek(offset, Deno.SeekMode.Start);
    const bytes = new Uint8Array(Math.min(length, this.size - offset));
    let filled = 0;
    while (filled < bytes.length) {
      const read = await this.file.read(bytes.subarray(filled));
      if (read === null) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  }
}

/** Names of the arrays in an `.npz` file, without `.npy`. Throws a {@linkcode UserError} where it is no archive. */
export function listNpz(path: string): Promise<string[]> {
  return withEntries(path, (entries) => Promise.resolve(entries.map(arrayName)));
}

/**
 * One array of an `.npz` file (`numpy.savez`, `savez_compressed`), its checksum verified. Throws a {@linkcode UserError} where the file
 * or the array is damaged or missing.
 */
export function readNpz(path: string, array: string): Promise<NpyArray> {
  return withEntries(path, async (entries) => {
    const entry = entries.find((candidate): candidate is FileEntry =>
      !candidate.directory && arrayName(candidate) === array
    );
    if (!entry) {
      throw new UserError(`${path} has no array ${array}; it has ${entries.map(arrayName).join(", ") || "none"}`);
    }
    const bytes = await entry.getData(new Uint8ArrayWriter(), { checkSignature: true });
    return readNpy(bytes, `${path}, array ${array},`);
  });
}

function arrayName({ filename }: Entry): string {
  return filename.replace(/\.npy$/, "");
}

async function withEntries<T>(path: string, use: (entries: Entry[]) => Promise<T>): Promise<T> {
  using file = await Deno.open(path);
  try {
    const archive = new ZipReader(new FileReader(file));
    const result = await use(await archive.getEntries());
    await archive.close();
    return result;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} cannot be read as an .npz file (${error instanceof Error ? error.message : error})`, {
      remedy: "It may be truncated: download it again",
      cause: error,
    });
  }
}
