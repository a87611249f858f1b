import {
  forbiddenGlobals,
  type Global,
  isGlobal,
  OpaqueObject,
  PickleError,
  type Vocabulary,
} from "./pickle_vocabulary.ts";
import { quote } from "../quote.ts";

/** The value that the instruction MARK pushes onto the stack. */
export const mark = Symbol("mark");

/**
 * The stack machine that runs a pickle: a stack, a memo, and no effect outside of them but the calls of its vocabulary.
 */
export class Machine {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;
  readonly #vocabulary: Vocabulary;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, vocabulary: Vocabulary) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#vocabulary = vocabulary;
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw new PickleError("its pickle is damaged: it takes from an empty stack");
    return this.#stack.pop();
  }

  top(): unknown {
    return this.#stack[this.#stack.length - 1];
  }

  /** Takes the last mark and all values above it from the stack, and returns the values. */
  popToMark(): unknown[] {
    const from = this.#stack.lastIndexOf(mark);
    if (from < 0) throw new PickleError("its pickle is damaged: a mark is missing");
    const values = this.#stack.splice(from);
    return values.slice(1);
  }

  unsigned(size: 1 | 2 | 4): number {
    const at = this.#advance(size);
    return size === 1
      ? this.#view.getUint8(at)
      : size === 2
      ? this.#view.getUint16(at, true)
      : this.#view.getUint32(at, true);
  }

  signed32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  length64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /**
   * Reads a little-endian integer in two's complement. Past 2^53, where no size or offset lies, it is an opaque object.
   */
  long(size: number): number | OpaqueObject {
    const bytes = this.raw(size);
    if (size > 8) return new OpaqueObject("int");
    let value = 0n;
    for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
    const number = Number(BigInt.asIntN(8 * size, value));
    return Number.isSafeInteger(number) ? number : new OpaqueObject("int");
  }

  text(length: number): string {
    return new TextDecoder().decode(this.raw(length));
  }

  raw(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new RangeError();
    const line = this.text(end - this.#at);
    this.#at = end + 1;
    return line;
  }

  put(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.#memo.size);
  }

  get(index: number): void {
    if (!this.#memo.has(index)) throw new PickleError("its pickle is damaged: it recalls a value that it never stored");
    this.push(this.#memo.get(index));
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== "string" || typeof name !== "string") {
      throw new PickleError("its pickle is damaged: it names a class by what is not a string");
    }
    const full = `${module}.${name}`;
    if (forbiddenGlobals.test(full)) {
      throw new PickleError(`wants to call ${quote(full).slice(1, -1)}; weights need no such thing`);
    }
    const { globals } = this.#vocabulary;
    const call = Object.hasOwn(globals, full) ? globals[full] : () => new OpaqueObject(full);
    this.push({ name: full, call } satisfies Global);
  }

  call(): void {
    const args = this.pop(), callee = this.pop();
    if (callee instanceof OpaqueObject && Array.isArray(args)) return this.push(callee);
    if (!isGlobal(callee) || !callee.call || !Array.isArray(args)) {
      throw new PickleError("its pickle is damaged: it calls what is not a function");
    }
    this.push(callee.call(args));
  }

  persistent(): void {
    this.push(this.#vocabulary.persistent(this.pop()));
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    if (list instanceof OpaqueObject) return;
    if (!Array.isArray(list)) throw new PickleError("its pickle is damaged: it appends to what is not a list");
    for (const value of values) list.push(value);
  }

  set(values: readonly unknown[]): void {
    const dict = this.top();
    if (dict instanceof OpaqueObject) return;
    if (!(dict instanceof Map) || values.length % 2 === 1) {
      throw new PickleError("its pickle is damaged: it sets items of what is not a dict");
    }
    for (let i = 0; i < values.length; i += 2) {
      const [key, value] = [values[i], values[i + 1]];
      if (dict.has(key)) throw new PickleError(`its pickle names ${nameOf(key)} twice`);
      dict.set(key, value);
    }
  }

  /**
   * Gives attributes to an opaque object. Those of other values, such as the module versions beside a state dict, are
   * dropped.
   */
  build(): void {
    const attributes = this.pop(), object = this.top();
    if (object instanceof OpaqueObject && attributes instanceof Map) object.attributes = attributes;
    if (typeof object !== "object" || object === null || Array.isArray(object)) {
      throw new PickleError("its pickle is damaged: it gives attributes to what has none");
    }
  }

  /** The number of bytes read so far. */
  get length(): number {
    return this.#at;
  }

  #advance(count: number): number {
    const at = this.#at;
    if (!(count <= this.#bytes.length - at)) throw new RangeError();
    this.#at += count;
    return at;
  }
}

/**
 * Shows a key to people. Only strings and numbers are shown: lists that hold one another are short in a pickle but
 * endless as text.
 */
function nameOf(key: unknown): string {
  if (typeof key === "number") return `${key}`;
  return typeof key === "string" ? quote(key) : "something";
}
