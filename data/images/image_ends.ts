import { type ByteSource, fileSource, UnexpectedEndError } from "./byte_source.ts";
import { dicomHead, isDicom } from "./dicom.ts";
import { imageFormat } from "./image_format.ts";
import { hasJpegEnd, readJpegHeader } from "./jpeg_header.ts";
import { readPngChunks, readPngHeader } from "./png_chunks.ts";

/** The fault of an image that is DICOM, which is no damage. */
export const dicomFault = "a DICOM file";

/** The chunk that ends a PNG: no data, IEND, its CRC. */
const pngEnd = [0, 0, 0, 0, 73, 69, 78, 68, 0xae, 0x42, 0x60, 0x82];

/**
 * What is wrong with an image file, as far as its header and its end tell, or `undefined`. They are read by seeks, so that
 * 100,000 files take seconds, and by the decoder's own readers, so that both refuse the same: what is neither PNG nor JPEG,
 * has a header that the decoder does not take, or has no end. Bytes behind the end are no fault.
 */
export function imageFault(path: string): string | undefined {
  try {
    const { isFile, size } = Deno.statSync(path); // before it is opened: to open a pipe is to wait for its writer
    if (!isFile) return "not a regular file";
    if (size === 0) return "empty";
    using file = Deno.openSync(path);
    const source = fileSource(file, size);
    const format = imageFormat(source.read(0, Math.min(size, 8)));
    if (!format) {
      return isDicom(source.read(0, Math.min(size, dicomHead)), path) ? dicomFault : "neither PNG nor JPEG";
    }
    ({ png: checkPng, jpeg: checkJpeg })[format](source);
    return undefined;
  } catch (error) {
    if (error instanceof UnexpectedEndError) return "truncated";
    if (error instanceof Deno.errors.NotFound) return "not there";
    if (error instanceof Error) return error.message;
    throw error;
  }
}

/** Looks at the chunks before the image's data, and at the others only where the file does not end as nearly all do. */
function checkPng(source: ByteSource): void {
  const header = readPngHeader(source);
  for (const { type } of readPngChunks(source, header)) {
    if (type === "IDAT" && endsWith(source, pngEnd)) return;
  }
}

function checkJpeg(source: ByteSource): void {
  if (!hasJpegEnd(source, readJpegHeader(source).dataAt)) throw new UnexpectedEndError();
}

function endsWith(source: ByteSource, wanted: readonly number[]): boolean {
  const end = source.read(source.size - wanted.length, wanted.length);
  return wanted.every((byte, i) => end[i] === byte);
}
