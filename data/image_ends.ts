/** How much of a file's end is searched for its end mark: writers may append a little. */
const tail = 4096;

/**
 * What is wrong with an image file, as far as its first and last bytes tell, or `undefined`: it is read by seeks, so
 * 100,000 files take seconds. A PNG must have its signature, a size, and an IEND chunk at its end; a JPEG its start and end marks.
 */
export function imageFault(path: string): string | undefined {
  try {
    using file = Deno.openSync(path);
    const head = new Uint8Array(33);
    const got = file.readSync(head) ?? 0;
    if (got === 0) return "empty";
    const isPng = [137, 80, 78, 71, 13, 10, 26, 10].every((byte, i) => head[i] === byte);
    const isJpeg = head[0] === 0xff && head[1] === 0xd8;
    if (!isPng && !isJpeg) return "neither PNG nor JPEG";
    if (isPng && got === head.length) {
      const view = new DataView(head.buffer);
      if (view.getUint32(16) === 0 || view.getUint32(20) === 0) return "an image of no size";
    }
    const mark = isPng ? [73, 69, 78, 68, 0xae, 0x42, 0x60, 0x82] : [0xff, 0xd9]; // IEND and its checksum, or EOI
    return endsWith(file, mark) ? undefined : "truncated";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "not there";
    if (error instanceof Error) return error.message;
    throw error;
  }
}

/** Whether the mark is in the file's last bytes: the very last, or else the last few thousand. */
function endsWith(file: Deno.FsFile, mark: readonly number[]): boolean {
  const size = file.seekSync(0, Deno.SeekMode.End);
  return [mark.length, tail].some((length) => {
    const bytes = new Uint8Array(Math.min(length, size));
    file.seekSync(-bytes.length, Deno.SeekMode.End);
    return includes(bytes.subarray(0, file.readSync(bytes) ?? 0), mark);
  });
}

function includes(bytes: Uint8Array, wanted: readonly number[]): boolean {
  for (let at = bytes.length - wanted.length; at >= 0; at--) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}
