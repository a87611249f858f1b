import { decode as decodePng, hasPngSignature } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { UserError } from "../errors.ts";
import type { Plane } from "./plane.ts";
import { decodeBytePng } from "./png.ts";

/**
 * A PNG or JPEG file as one grey channel on the scale 0…255.
 *
 * - Which of the two it is, the first bytes say, not the name.
 * - Grey, grey + alpha, RGB, RGBA and palette PNGs of 1 to 16 bits; grey and colour JPEGs. Alpha is ignored.
 * - Full scale is that of the bit depth: up to 8 bits a byte, v·255/(2^depth − 1); 16 bits a float, v/257.
 * - Colour becomes luma as Pillow's "L" does it: (R·19595 + G·38470 + B·7471 + 0x8000) >> 16.
 *
 * Throws a {@linkcode UserError} that begins with `name` where the bytes are neither, or damaged.
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
  const decode = hasPngSignature(bytes) ? pngPlane : bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegPlane : undefined;
  if (!decode) throw new UserError(`${name} is neither a PNG nor a JPEG image`);
  try {
    return decode(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/[:.]?\s*$/, "") : String(cause);
    throw new UserError(`${name} cannot be decoded (${reason})`, { cause });
  }
}

function pngPlane(bytes: Uint8Array): Plane {
  const plain = decodeBytePng(bytes);
  if (plain) return { width: plain.width, height: plain.height, pixels: greyOf(plain.data, plain.channels) };
  const { width, height, depth, channels, data, palette } = decodePng(bytes); // its CRCs are checked already
  if (data.length < Math.ceil(width * channels * depth / 8) * height && !(data instanceof Uint16Array)) {
    throw new Error("the image data ends early");
  }
  const values = depth < 8 ? unpack(data, { width, height, depth }) : data;
  if (palette) return { width, height, pixels: greyOf(indexed(values, palette), 3) };
  if (data instanceof Uint16Array) return { width, height, pixels: deepGreyOf(data, channels) };
  const scale = 255 / (2 ** Math.min(depth, 8) - 1);
  return { width, height, pixels: greyOf(scale === 1 ? values : values.map((value) => value * scale), channels) };
}

/** The values of a 1-, 2- or 4-bit image, one per byte; rows begin at whole bytes. */
function unpack(
  data: ArrayLike<number>,
  { width, height, depth }: { width: number; height: number; depth: number },
): Uint8Array {
  const out = new Uint8Array(width * height), stride = Math.ceil(width * depth / 8), mask = 2 ** depth - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      out[y * width + x] = (data[y * stride + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return out;
}

/** `[N]` palette indices → `[N, 3]` colours. */
function indexed(indices: ArrayLike<number>, palette: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const colour = palette[indices[i]];
    if (!colour) throw new Error(`a pixel has colour ${indices[i]} of a palette of ${palette.length}`);
    for (let c = 0; c < 3; c++) out[i * 3 + c] = colour[c];
  }
  return out;
}

/** `[N, channels]` bytes → `[N]` grey bytes; 2 and 4 channels end with alpha. */
function greyOf(data: ArrayLike<number>, channels: number): Uint8Array<ArrayBuffer> {
  if (channels === 1) return new Uint8Array(data);
  const out = new Uint8Array(data.length / channels);
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    out[i] = channels === 2 ? data[at] : (data[at] * 19595 + data[at + 1] * 38470 + data[at + 2] * 7471 + 0x8000) >> 16;
  }
  return out;
}

/** {@linkcode greyOf} for 16 bits a channel, in float: no rounding before the resize. */
function deepGreyOf(data: Uint16Array, channels: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length / channels);
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    const grey = channels < 3 ? data[at] : (data[at] * 19595 + data[at + 1] * 38470 + data[at + 2] * 7471) / 65536;
    out[i] = grey / 257;
  }
  return out;
}

function jpegPlane(bytes: Uint8Array): Plane {
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxMemoryUsageInMB: 2048,
  });
  return { width, height, pixels: greyOf(data, 3) };
}
