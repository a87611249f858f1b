import { quote } from "./safetensors_header.ts";

/** Something that a pickle names, `collections.OrderedDict`, and what calling it gives here. */
export interface Global {
  readonly name: string;
  readonly call?: (args: readonly unknown[]) => unknown;
}

/** What a pickle may do besides holding plain values. */
export interface Vocabulary {
  /** By full name. Every other is refused. */
  readonly globals: Readonly<Record<string, Global["call"]>>;
  /** What a persistent id stands for. */
  readonly persistent: (id: unknown) => unknown;
}

/** What is wrong with a pickle, on one line that goes on after the file's name. */
export class PickleError extends Error {}

/**
 * Reads a pickle (Python's `pickletools`, protocols 2 to 5) of plain values: None, booleans, numbers, strings and bytes as
 * JavaScript has them, lists and tuples as arrays, dicts as maps. It runs nothing: a global is a name here, and calling it
 * calls the vocabulary. Memory is bounded by the pickle's length, and nothing recurses.
 *
 * @throws {PickleError} for a global that the vocabulary lacks, an instruction that plain values do not need, and damage
 */
export function unpickle(bytes: Uint8Array<ArrayBuffer>, vocabulary: Vocabulary): unknown {
  const machine = new Machine(bytes, vocabulary);
  try {
    return machine.run();
  } catch (error) {
    // A read past the end: DataView's own check.
    if (error instanceof RangeError) throw new PickleError("its pickle is truncated");
    throw error;
  }
}

const mark = Symbol("mark");

/** A machine with a stack and a memo, one method per instruction. */
class Machine {
  private readonly view: DataView<ArrayBuffer>;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private at = 0;

  constructor(private readonly bytes: Uint8Array<ArrayBuffer>, private readonly vocabulary: Vocabulary) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    while (true) {
      const code = this.unsigned(1);
      if (code === stop) return this.pop();
      const instruction = instructions.get(code);
      if (!instruction) {
        throw new PickleError(`its pickle holds more than plain values (instruction 0x${code.toString(16)})`);
      }
      instruction(this);
    }
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

  /** A little-endian integer in two's complement; past 2^53 it is refused. */
  long(size: number): number {
    let value = 0n;
    for (const [i, byte] of this.raw(Math.min(size, 9)).entries()) value |= BigInt(byte) << BigInt(8 * i);
    const number = Number(BigInt.asIntN(8 * size, value));
    if (size > 8 || !Number.isSafeInteger(number)) throw new PickleError("its pickle holds a number past 2^53");
    return number;
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

  global(module: string, name: string): void {
    const full = `${module}.${name}`;
    if (!Object.hasOwn(this.vocabulary.globals, full)) {
      throw new PickleError(`wants to call ${quote(full).slice(1, -1)}; weights need no such thing`);
    }
    this.push({ name: full, call: this.vocabulary.globals[full] } satisfies Global);
  }

  call(): void {
    const args = this.pop(), callee = this.pop();
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
    if (!Array.isArray(list)) throw new PickleError("its pickle is damaged: it appends to what is no list");
    for (const value of values) list.push(value);
  }

  set(values: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || values.length % 2 === 1) {
      throw new PickleError("its pickle is damaged: it sets items of what is no dict");
    }
    for (let i = 0; i < values.length; i += 2) {
      const [key, value] = [values[i], values[i + 1]];
      if (dict.has(key)) throw new PickleError(`its pickle names ${quote(String(key))} twice`);
      dict.set(key, value);
    }
  }

  /** An object's own attributes, such as the versions of modules beside a state dict, are left aside. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) throw new PickleError("its pickle holds more than plain values");
  }

  private advance(count: number): number {
    const at = this.at;
    if (!(count <= this.bytes.length - at)) throw new RangeError();
    this.at += count;
    return at;
  }
}

/** Whether a value of a pickle is a name of something. */
export function isGlobal(value: unknown): value is Global {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype &&
    "name" in value && "call" in value;
}

const stop = 0x2e;

const instructions: ReadonlyMap<number, (machine: Machine) => void> = new Map(
  Object.entries(
    {
      "\x80": (m) => m.unsigned(1), // PROTO
      "\x95": (m) => m.length64(), // FRAME
      "(": (m) => m.push(mark),
      "0": (m) => m.pop(),
      "1": (m) => m.popToMark(),
      N: (m) => m.push(null),
      "\x88": (m) => m.push(true),
      "\x89": (m) => m.push(false),
      K: (m) => m.push(m.unsigned(1)),
      M: (m) => m.push(m.unsigned(2)),
      J: (m) => m.push(m.signed32()),
      "\x8a": (m) => m.push(m.long(m.unsigned(1))), // LONG1
      G: (m) => m.push(m.float64()),
      X: (m) => m.push(m.text(m.unsigned(4))),
      "\x8c": (m) => m.push(m.text(m.unsigned(1))), // SHORT_BINUNICODE
      "\x8d": (m) => m.push(m.text(m.length64())), // BINUNICODE8
      B: (m) => m.push(m.raw(m.unsigned(4))),
      C: (m) => m.push(m.raw(m.unsigned(1))),
      "]": (m) => m.push([]),
      ")": (m) => m.push([]),
      "}": (m) => m.push(new Map()),
      t: (m) => m.push(m.popToMark()),
      l: (m) => m.push(m.popToMark()),
      "\x85": (m) => m.push([m.pop()]), // TUPLE1
      "\x86": (m) => m.push([m.pop(), m.pop()].reverse()), // TUPLE2
      "\x87": (m) => m.push([m.pop(), m.pop(), m.pop()].reverse()), // TUPLE3
      a: (m) => m.append([m.pop()]),
      e: (m) => m.append(m.popToMark()),
      s: (m) => m.set([m.pop(), m.pop()].reverse()),
      u: (m) => m.set(m.popToMark()),
      q: (m) => m.put(m.unsigned(1)),
      r: (m) => m.put(m.unsigned(4)),
      "\x94": (m) => m.memoize(), // MEMOIZE
      h: (m) => m.get(m.unsigned(1)),
      j: (m) => m.get(m.unsigned(4)),
      c: (m) => m.global(m.line(), m.line()),
      "\x93": (m) => { // STACK_GLOBAL
        const name = m.pop();
        m.global(String(m.pop()), String(name));
      },
      R: (m) => m.call(),
      "\x81": (m) => m.call(), // NEWOBJ
      Q: (m) => m.persistent(),
      b: (m) => m.build(),
    } satisfies Record<string, (machine: Machine) => void>,
  ).map(([code, instruction]) => [code.charCodeAt(0), instruction]),
);
