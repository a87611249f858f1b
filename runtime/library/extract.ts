import { configure, type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";

configure({ useWebWorkers: false });

/** Reads a zip file from disk piece by piece. */
class FileReader extends Reader<Deno.FsFile> {
  constructor(readonly file: Deno.FsFile) {
    super(file);
  }

  override async init(): Promise<void> {
    await super.init?.();
    this.size = (await this.file.stat()).size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await this.file.seek(index, Deno.SeekMode.Start);
    let at = 0;
    for (let read; at < length && (read = await this.file.read(bytes.subarray(at))) !== null;) at += read;
    return bytes.subarray(0, at);
  }
}

/** Options of {@linkcode extract}. */
export interface ExtractOptions {
  /** Whether to extract a member. */
  readonly isNeeded: (member: string) => boolean;
  /** Receives the number of bytes written so far, and of all bytes. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Extracts members of zip files into a folder, piece by piece, and removes each zip file afterwards.
 *
 * @returns the sizes of the extracted files in bytes, by their paths in `folder`
 */
export async function extract(
  zips: string[],
  folder: string,
  options: ExtractOptions,
): Promise<Record<string, number>> {
  using open = new DisposableStack();
  const archives: Archive[] = [];
  for (const path of zips) archives.push(await openArchive(path, open.use(await Deno.open(path)), options.isNeeded));
  const total = archives.flatMap(({ members }) => members).reduce(
    (sum, { uncompressedSize }) => sum + uncompressedSize,
    0,
  );
  const files: Record<string, number> = {};
  let done = 0;
  for (const { path, file, members } of archives) {
    for (const member of members) {
      await write(member, `${folder}/${member.filename}`, (bytes) => options.onProgress(done += bytes, total));
      files[member.filename] = member.uncompressedSize;
    }
    file.close();
    await Deno.remove(path);
  }
  return files;
}

interface Archive {
  readonly path: string;
  readonly file: Deno.FsFile;
  readonly members: readonly FileEntry[];
}

async function openArchive(path: string, file: Deno.FsFile, isNeeded: (member: string) => boolean): Promise<Archive> {
  const members: FileEntry[] = [];
  for await (const entry of new ZipReader(new FileReader(file)).getEntriesGenerator()) {
    if (!entry.directory && isNeeded(entry.filename)) members.push(entry);
  }
  return { path, file, members };
}

/** Writes a member, as an executable if it is a program (`bin/ptxas`). */
async function write(member: FileEntry, path: string, onBytes: (bytes: number) => void): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const mode = path.includes("/bin/") ? 0o755 : 0o644;
  using file = await Deno.open(path, { createNew: true, write: true, mode });
  await member.getData(
    new WritableStream<Uint8Array>({
      async write(chunk) {
        for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
        onBytes(chunk.length);
      },
    }),
  );
  await file.sync();
}
