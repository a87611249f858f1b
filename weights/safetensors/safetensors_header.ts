import { UserError } from "../../errors.ts";
import { type Dtype, dtypeArrays, elementCount, isDtype } from "../dtype.ts";
import { brief, quote } from "../quote.ts";

/** A tensor's type, shape and place: the bytes `[begin, end)` of the data, which follows the header. */
export interface TensorEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
  /** Its `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensors by name, in the order of the data. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** The longest header, in bytes: the format's own limit. */
export const headerLimit = 100_000_000;

interface TensorDescription {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/**
 * Encodes the first part of a file: the header's length (uint64, little-endian), then the header as JSON, padded with
 * spaces so that the data starts at a multiple of 8 bytes. The returned `tensors` are in the order in which their data
 * must follow: wide elements first, as the reference implementation orders them, so that every tensor is aligned.
 *
 * @throws {TypeError} on two tensors of one name, the name `__metadata__`, or sizes that are not whole numbers
 * @throws {RangeError} on a header that is longer than {@linkcode headerLimit}
 */
export function encodeHeader<T extends TensorDescription>(
  tensors: Iterable<T>,
  metadata: Readonly<Record<string, string>>,
): { bytes: Uint8Array<ArrayBuffer>; tensors: T[] } {
  const ordered = [...tensors].sort((a, b) => elementBytes(b.dtype) - elementBytes(a.dtype));
  const names = new Set<string>(["__metadata__"]);
  // Joined by hand: an object would reorder names like "0", and lose "__proto__".
  const fields = Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(metadata)}`] : [];
  let begin = 0;
  for (const { name, dtype, shape } of ordered) {
    if (names.has(name)) throw new TypeError(`safetensors: the name ${quote(name)} is taken`);
    names.add(name);
    const count = elementCount(shape);
    if (count === undefined) throw new TypeError(`safetensors: ${quote(name)} has the shape [${shape}]`);
    const end = begin + count * elementBytes(dtype);
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  const json = new TextEncoder().encode(`{${fields.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > headerLimit) throw new RangeError(`safetensors: a header of ${length} bytes is past the format's limit`);
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return { bytes, tensors: ordered };
}

/**
 * Parses a header's JSON and checks all that it claims against `dataBytes`, the size of the data that follows it in the
 * file.
 *
 * @throws {UserError} one line that names `path`, and the tensor at fault
 */
export function parseHeader(json: Uint8Array, { path, dataBytes }: {
  path: string;
  dataBytes: number;
}): SafetensorsHeader {
  const fail = (problem: string): never => {
    throw new UserError(`${path} is not a valid safetensors file: ${problem}`);
  };
  const root = parseJson(json);
  if (!isRecord(root)) return fail("its header is not a JSON object");

  const metadata: [string, string][] = [];
  const entries: [string, TensorEntry][] = [];
  for (const [name, value] of Object.entries(root)) {
    if (name !== "__metadata__") {
      entries.push([name, parseEntry(value, (problem) => fail(`tensor ${quote(name)} ${problem}`))]);
      continue;
    }
    if (!isRecord(value)) return fail("its __metadata__ is not a JSON object");
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== "string") return fail(`its __metadata__ ${quote(key)} is not a string`);
      metadata.push([key, text]);
    }
  }

  entries.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const [name, entry] of entries) {
    if (entry.begin < end) return fail(`tensor ${quote(name)} overlaps the one before it`);
    if (entry.begin > end) return fail(`${entry.begin - end} bytes before tensor ${quote(name)} belong to no tensor`);
    end = entry.end;
  }
  if (dataBytes < end) {
    throw new UserError(`${path} is truncated: its header promises ${end} bytes of data, and there are ${dataBytes}`, {
      remedy: "Copy or download it again.",
    });
  }
  if (dataBytes > end) return fail(`${dataBytes - end} bytes after its last tensor belong to no tensor`);
  return { metadata: Object.fromEntries(metadata), tensors: new Map(entries) };
}

function parseEntry(value: unknown, fail: (problem: string) => never): TensorEntry {
  if (!isRecord(value)) return fail("is not described by a JSON object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    return fail(`has the dtype ${brief(dtype)}; known: ${Object.keys(dtypeArrays).join(", ")}`);
  }
  const count = Array.isArray(shape) ? elementCount(shape) : undefined;
  if (count === undefined) return fail(`has the shape ${brief(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || elementCount(offsets.slice(0, 1)) === undefined) {
    return fail(`has the data_offsets ${brief(offsets)}`);
  }
  const [begin, end]: unknown[] = offsets;
  if (typeof begin !== "number" || typeof end !== "number" || !Number.isSafeInteger(end) || end < begin) {
    return fail(`has the data_offsets ${brief(offsets)}`);
  }
  const bytes = count * elementBytes(dtype);
  if (end - begin !== bytes) {
    return fail(`is ${end - begin} bytes long, and ${dtype} ${brief(shape)} takes ${bytes}`);
  }
  return { dtype, shape: shape as number[], begin, end };
}

function elementBytes(dtype: Dtype): number {
  return dtypeArrays[dtype].BYTES_PER_ELEMENT;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
