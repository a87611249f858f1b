import factory from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs";
import { bytesSource, UnexpectedEndError } from "./byte_source.ts";
import { keepComponents } from "./jpeg_components.ts";
import { countJpegScans, damagedData, hasJpegEnd, type JpegHeader, readJpegHeader } from "./jpeg_header.ts";
import { byteLuma } from "./luma.ts";
import type { Plane } from "./plane.ts";

/** The package's decoder, a C++ object: the part of it that serves here. It throws numbers, the addresses of C++ exceptions. */
interface JpegDecoder {
  /** Allocates memory for a file of `length` bytes. */
  getEncodedBuffer(length: number): Uint8Array;
  /** Decodes the file; throws even where libjpeg-turbo only warns. */
  decode(): void;
  /** Returns `[height, width, 1 or 3]`, gray or RGB, valid until the decoder's next call. */
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

/** An instance of libjpeg-turbo with memory of its own. */
interface Codec {
  readonly HEAPU8: Uint8Array;
  readonly JPEGDecoder: new () => JpegDecoder;
}

/** An instance of more bytes is not kept for the next film, since its memory can grow, but not shrink. */
const maxKept = 2 ** 28;

/** The greatest number of scans, as libjpeg-turbo suggests: each scan of a small file can take as long as a whole image. */
const maxScans = 500;

let compiled: WebAssembly.Module | undefined, idle: Codec | undefined;

/**
 * Decodes an 8-bit JPEG to gray by libjpeg-turbo. The file's markers tell whether it holds gray, YCbCr, RGB, CMYK or YCCK. It may be
 * baseline or progressive, and, except for CMYK and YCCK, lossless or arithmetic-coded. As Pillow's `Image.open(…).convert("L")`,
 * it ignores an orientation in EXIF. The first call reads the package's WebAssembly file.
 *
 * @throws {Error} that says what is wrong with the file; what libjpeg-turbo only warns of counts as damage
 */
export function decodeJpeg(bytes: Uint8Array): Plane {
  const source = bytesSource(bytes), header = readJpegHeader(source), { width, height, dataAt } = header;
  if (!hasJpegEnd(source, dataAt)) throw new UnexpectedEndError();
  const scans = countJpegScans(bytes.subarray(dataAt));
  if (scans > maxScans) throw new Error(`a JPEG of ${scans} scans, and the limit is ${maxScans}`);
  const pixels = header.sampling.length === 4
    ? decodeFour(bytes, header)
    : decodeBytes(bytes, header.sampling.length === 1 ? (data) => data.slice() : colorToGray);
  if (pixels.length !== width * height) throw damagedData(); // libjpeg-turbo went by another header
  return { width, height, pixels };
}

/** Decodes a file and calls `use` with `[height, width, 1 or 3]`, gray or RGB, valid during the call. */
function decodeBytes<T>(bytes: Uint8Array, use: (data: Uint8Array) => T): T {
  const codec = idle ?? openCodec();
  idle = undefined; // an instance that throws is not used again: its stack is not unwound
  const decoder = new codec.JPEGDecoder();
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  try {
    decoder.decode();
  } catch (cause) {
    throw damagedData({ cause });
  }
  const result = use(decoder.getDecodedBuffer());
  decoder.delete();
  if (codec.HEAPU8.length <= maxKept) idle = codec;
  return result;
}

function colorToGray(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(data.length / 3);
  for (let i = 0, at = 0; i < out.length; i++, at += 3) out[i] = byteLuma(data[at], data[at + 1], data[at + 2]);
  return out;
}

/**
 * Decodes CMYK and YCCK to gray. All their values are stored inverted, as Pillow assumes too. libjpeg-turbo makes no RGB of four
 * components, so it decodes three at a time: the colors, then black in the place of a color with the same sampling.
 */
function decodeFour(bytes: Uint8Array, { sampling, transform }: JpegHeader): Uint8Array<ArrayBuffer> {
  const ycck = transform === 2;
  const colors = decodeBytes(keepComponents(bytes, [0, 1, 2], ycck ? 1 : 0), (data) => data.slice());
  const order = sampling[3] === sampling[0] ? [3, 1, 2] : [0, 1, 3], place = order.indexOf(3);
  return decodeBytes(keepComponents(bytes, order, 0), (data) => {
    const out = new Uint8Array(data.length / 3);
    for (let i = 0, at = 0; i < out.length; i++, at += 3) {
      const light = data[at + place];
      const [red, green, blue] = [0, 1, 2].map((c) => {
        const ink = ycck ? colors[at + c] : 255 - colors[at + c], product = ink * light + 128;
        return light - ((product >> 8) + product >> 8); // ink · light / 255, rounded
      });
      out[i] = byteLuma(red, green, blue);
    }
    return out;
  });
}

/** Opens an instance synchronously; the package's own loader needs a promise. */
function openCodec(): Codec {
  const file = import.meta.resolve("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm");
  const module = compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL(file)));
  const codec = {
    instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) =>
      receive(new WebAssembly.Instance(module, imports)),
  };
  factory(codec);
  return codec as typeof codec & Codec;
}
