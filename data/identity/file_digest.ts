import { digestOf } from "../../lineage/digest.ts";

/** How many bytes are read of a file's beginning, and of its end. */
const endBytes = 4096;

/**
 * Computes the digest by which an image file is recognized wherever it lies: 16 hexadecimal digits of SHA-256 over its size and its
 * first and last 4 KiB. Seeking to the end keeps it fast: 100,000 files take seconds.
 *
 * @returns The digest; `undefined` where the file cannot be read.
 */
export function fileDigest(path: string): string | undefined {
  try {
    using file = Deno.openSync(path);
    const { size } = file.statSync();
    const ends = new Uint8Array(Math.min(size, 2 * endBytes));
    const head = ends.subarray(0, Math.min(size, endBytes)), tail = ends.subarray(head.length);
    fill(file, head);
    file.seekSync(size - tail.length, Deno.SeekMode.Start);
    fill(file, tail);
    return digestOf([`${size}\0`, ends]);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function fill(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) return;
    at += count;
  }
}
