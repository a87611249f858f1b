import { UserError } from "../../errors.ts";
import { dicomRemedy, isDicom } from "./dicom.ts";
import { type ImageFormat, imageFormat } from "./image_format.ts";
import { decodeJpeg } from "./jpeg.ts";
import type { Plane } from "./plane.ts";
import { decodePng } from "./png.ts";

const decoders: Readonly<Record<ImageFormat, (bytes: Uint8Array) => Plane>> = { png: decodePng, jpeg: decodeJpeg };

/**
 * Decodes a PNG or JPEG file to one gray channel on the scale 0…255.
 *
 * - The first bytes decide which of the two it is, not the name. Bytes after the image's end are ignored.
 * - It reads gray, gray + alpha, RGB, RGBA and palette PNGs of 1 to 16 bits, interlaced or not, and gray, color and CMYK JPEGs of
 *   8 bits. It ignores alpha, color profiles and an orientation in EXIF.
 * - Full scale is that of the bit depth: up to 8 bits a byte, v·255/(2^depth − 1); 16 bits a float, v/257.
 * - Color becomes luma as in Pillow's mode "L": (R·19595 + G·38470 + B·7471 + 0x8000) >> 16.
 *
 * @param name What messages call the file.
 * @throws {UserError} where the bytes are neither format, are damaged, or hold more than 2^26 pixels
 *
 * @example
 * ```ts
 * import { encode } from "fast-png";
 * import { decodeImage } from "./decode.ts";
 * const file = encode({ width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0) });
 * console.assert(decodeImage(file, "red.png").pixels[0] === 76);
 * ```
 */
export function decodeImage(bytes: Uint8Array, name: string): Plane {
  const format = imageFormat(bytes);
  if (!format && isDicom(bytes, name)) {
    throw new UserError(`${name} is a DICOM file, which Thorax does not read yet`, { remedy: dicomRemedy });
  }
  if (!format) throw new UserError(`${name} is neither a PNG nor a JPEG image`);
  try {
    return decoders[format](bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/[:.]?\s*$/, "") : String(cause);
    throw new UserError(`${name} cannot be decoded (${reason})`, { cause });
  }
}
