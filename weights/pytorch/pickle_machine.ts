import { type Global, hostile, isGlobal, Opaque, PickleError, type Vocabulary } from "./pickle_vocabulary.ts";
import { quote } from "../safetensors/safetensors_header.ts";

/** What MARK leaves on the stack. */
export const mark = Symbol("mark");

/** The machine that a pickle is a program for: a stack and a memo. Nothing that it does leaves it but by the vocabulary. */
export class Machine {
  private readonly view: DataView<ArrayBuffer>;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private at = 0;

  constructor(private readonly bytes: Uint8Array<ArrayBuffer>, private readonly vocabulary: Vocabulary) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new PickleError("its pickle is damaged: it takes from an empty stack");
    return this.stack.pop();
  }

  top(): unknown {
    return this.stack[this.stack.length - 1];
  }

  /** All that lies above the last mark, which goes too. */
  popToMark(): unknown[] {
    const from = this.stack.lastIndexOf(mark);
    if (from < 0) throw new PickleError("its pickle is damaged: a mark is missing");
    const values = this.stack.splice(from);
    return values.slice(1);
  }

  unsigned(size: 1 | 2 | 4): number {
    const at = this.advance(size);
    return size === 1
      ? this.view.getUint8(at)
      : size === 2
      ? this.view.getUint16(at, true)
      : this.view.getUint32(at, true);
  }

  signed32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  float64(): number {
    return this.view.getFloat64(this.advance(8));
  }

  length64(): number {
    return Number(this.view.getBigUint64(this.advance(8), true));
  }

  /** A little-endian integer in two's complement; past 2^53, where no size or offset lies, it is opaque. */
  long(size: number): number | Opaque {
    const bytes = this.raw(size);
    if (size > 8) return new Opaque("int");
    let value = 0n;
    for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
    const number = Number(BigInt.asIntN(8 * size, value));
    return Number.isSafeInteger(number) ? number : new Opaque("int");
  }

  text(length: number): string {
    return new TextDecoder().decode(this.raw(length));
  }

  raw(length: number): Uint8Array<ArrayBuffer> {
    const at = this.advance(length);
    return this.bytes.subarray(at, at + length);
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new RangeError();
    const line = this.text(end - this.at);
    this.at = end + 1;
    return line;
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    if (!this.memo.has(index)) throw new PickleError("its pickle is damaged: it recalls what it never kept");
    this.push(this.memo.get(index));
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== "string" || typeof name !== "string") {
      throw new PickleError("its pickle is damaged: it names something by what is no string");
    }
    const full = `${module}.${name}`;
    if (hostile.test(full)) {
      throw new PickleError(`wants to call ${quote(full).slice(1, -1)}; weights need no such thing`);
    }
    const { globals } = this.vocabulary;
    const call = Object.hasOwn(globals, full) ? globals[full] : () => new Opaque(full);
    this.push({ name: full, call } satisfies Global);
  }

  call(): void {
    const args = this.pop(), callee = this.pop();
    if (callee instanceof Opaque && Array.isArray(args)) return this.push(callee);
    if (!isGlobal(callee) || !callee.call || !Array.isArray(args)) {
      throw new PickleError("its pickle is damaged: it calls what is no function");
    }
    this.push(callee.call(args));
  }

  persistent(): void {
    this.push(this.vocabulary.persistent(this.pop()));
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    if (list instanceof Opaque) return;
    if (!Array.isArray(list)) throw new PickleError("its pickle is damaged: it appends to what is no list");
    for (const value of values) list.push(value);
  }

  set(values: readonly unknown[]): void {
    const dict = this.top();
    if (dict instanceof Opaque) return;
    if (!(dict instanceof Map) || values.length % 2 === 1) {
      throw new PickleError("its pickle is damaged: it sets items of what is no dict");
    }
    for (let i = 0; i < values.length; i += 2) {
      const [key, value] = [values[i], values[i + 1]];
      if (dict.has(key)) throw new PickleError(`its pickle names ${nameOf(key)} twice`);
      dict.set(key, value);
    }
  }

  /** The attributes of what is no opaque object, such as the versions of modules beside a state dict, are left aside. */
  build(): void {
    const attributes = this.pop(), object = this.top();
    if (object instanceof Opaque && attributes instanceof Map) object.attributes = attributes;
    if (typeof object !== "object" || object === null || Array.isArray(object)) {
      throw new PickleError("its pickle is damaged: it gives attributes to what has none");
    }
  }

  /** How many bytes were read. */
  get length(): number {
    return this.at;
  }

  private advance(count: number): number {
    const at = this.at;
    if (!(count <= this.bytes.length - at)) throw new RangeError();
    this.at += count;
    return at;
  }
}

/**
 * A key for people. Text of anything but a string or a number is never made: lists that hold one another are short in a pickle and
 * without end as text.
 */
function nameOf(key: unknown): string {
  if (typeof key === "number") return `${key}`;
  return typeof key === "string" ? quote(key) : "something";
}
