import { Buffer } from "node:buffer";
import { UserError } from "../errors.ts";

const types = {
  f2: { name: "float16", size: 2, array: Float16Array },
  f4: { name: "float32", size: 4, array: Float32Array },
  f8: { name: "float64", size: 8, array: Float64Array },
  u1: { name: "uint8", size: 1, array: Uint8Array },
  b1: { name: "bool", size: 1, array: Uint8Array },
  i1: { name: "int8", size: 1, array: Int8Array },
  u2: { name: "uint16", size: 2, array: Uint16Array },
  i2: { name: "int16", size: 2, array: Int16Array },
  u4: { name: "uint32", size: 4, array: Uint32Array },
  i4: { name: "int32", size: 4, array: Int32Array },
  i8: { name: "int64", size: 8, array: BigInt64Array },
} as const;

type Code = keyof typeof types;

/** The length in bytes of the longest header of format 1, which arrays of numbers have. */
export const longestHeader = 10 + 0xffff;

/** The header of a `.npy` file. */
export interface NpyHeader {
  /** The sizes of the axes; `[]` for a single number. */
  readonly shape: readonly number[];
  /** The element type, in NumPy's words. */
  readonly dtype: (typeof types)[Code]["name"];
}

/** The array of a `.npy` file. */
export interface NpyArray extends NpyHeader {
  /** The elements in row-major order: a view of the file's bytes if possible. An int64 is a float64, exact up to 2^53. */
  readonly data:
    | Float16Array<ArrayBuffer>
    | Float32Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>
    | Uint8Array<ArrayBuffer>
    | Int8Array<ArrayBuffer>
    | Uint16Array<ArrayBuffer>
    | Int16Array<ArrayBuffer>
    | Uint32Array<ArrayBuffer>
    | Int32Array<ArrayBuffer>;
}

/**
 * Reads a NumPy array file of the format versions 1 to 3, with floats or integers of either byte order in row-major order.
 *
 * Source: `numpy.lib.format`.
 *
 * @throws {UserError} that begins with `name`, for any other file, and if the bytes do not fit the header's shape
 */
export function readNpy(bytes: Uint8Array<ArrayBuffer>, name = "the .npy file"): NpyArray {
  const { shape, dtype, ...place } = parseHeader(bytes, { name, size: bytes.length });
  return { shape, dtype, data: elements(bytes, place) };
}

/**
 * Reads the header of a file of `size` bytes. `bytes` are its first bytes, the header included.
 *
 * @throws {UserError} as {@linkcode readNpy} does
 */
export function readNpyHeader(bytes: Uint8Array<ArrayBuffer>, file: { name: string; size: number }): NpyHeader {
  const { shape, dtype } = parseHeader(bytes, file);
  return { shape, dtype };
}

/** Where the elements of an array lie, and as what. */
interface Elements {
  readonly code: Code;
  /** In bytes. */
  readonly start: number;
  readonly count: number;
  readonly isBigEndian: boolean;
}

function parseHeader(
  bytes: Uint8Array<ArrayBuffer>,
  { name, size }: { name: string; size: number },
): NpyHeader & Elements {
  const { header, start } = headerOf(bytes, name);
  const descr = /'descr'\s*:\s*'([<>|=])(\w+)'/.exec(header), order = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const sides = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header);
  if (!descr || !order || !sides) {
    throw new UserError(`${name} is not a plain array (its header is ${header.trim().slice(0, 120)})`, {
      remedy: "Save one array of numbers, for example float32",
    });
  }
  const [, byteOrder, kind] = descr, [, list = ""] = sides;
  const code = Object.keys(types).find((known): known is Code => known === kind);
  if (!code) {
    const array = kind === "O" ? "numpy.stack(array)" : "array"; // objects are most often arrays in an array
    throw new UserError(`${name} has elements of type ${byteOrder}${kind}`, {
      remedy: `Save it as numbers, in Python: numpy.save(FILE, ${array}.astype("float32"))`,
    });
  }
  const shape = list.split(",").map((side) => side.trim()).filter((side) => side !== "").map((side) => parseInt(side));
  const shown = `${types[code].name} [${shape.join(", ")}]`;
  if (order[1] === "True" && shape.length > 1) {
    throw new UserError(`${name} is stored column by column (Fortran order)`, {
      remedy: "Save numpy.ascontiguousarray(array) instead",
    });
  }
  const count = shape.reduce((product, side) => product * side, 1), wanted = count * types[code].size;
  const found = size - start;
  if (found !== wanted) {
    throw new UserError(`${name} says it is ${shown}, which takes ${wanted} bytes, and ${found} follow its header`);
  }
  return { shape, dtype: types[code].name, code, start, count, isBigEndian: byteOrder === ">" };
}

function headerOf(bytes: Uint8Array<ArrayBuffer>, name: string): { header: string; start: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new UserError(`${name} is not a NumPy array file: it does not begin with \\x93NUMPY`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  const [length, from] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  if (version < 1 || version > 3) throw new UserError(`${name} is of .npy format ${version}, and 1 to 3 are known`);
  if (from + length > bytes.length) throw new UserError(`${name} is truncated: it ends inside its header`);
  return { header: new TextDecoder().decode(bytes.subarray(from, from + length)), start: from + length };
}

/** Turns elements round in place, by their size in bytes. */
const swapped = {
  1: (bytes: Buffer) => bytes,
  2: (bytes: Buffer) => bytes.swap16(),
  4: (bytes: Buffer) => bytes.swap32(),
  8: (bytes: Buffer) => bytes.swap64(),
};

function elements(bytes: Uint8Array<ArrayBuffer>, { code, start, count, isBigEndian }: Elements): NpyArray["data"] {
  const { size, array } = types[code], offset = bytes.byteOffset + start;
  const isSwapped = isBigEndian && size > 1;
  const [buffer, at] = offset % size === 0 && !isSwapped
    ? [bytes.buffer, offset]
    : [bytes.slice(start, start + count * size).buffer, 0];
  if (isSwapped) swapped[size](Buffer.from(buffer));
  const data = new array(buffer, at, count);
  return data instanceof BigInt64Array ? Float64Array.from(data, Number) : data;
}
