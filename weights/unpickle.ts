import { Machine, mark, PickleError, type Vocabulary } from "./pickle_machine.ts";

/**
 * Reads a pickle (Python's `pickletools`, protocols 2 to 5) of plain values: None, booleans, numbers, strings and bytes as
 * JavaScript has them, lists and tuples as arrays, dicts as maps. It runs nothing: a global is a name here, and calling it
 * calls the vocabulary. Time and memory are bounded: by the pickle's length, {@linkcode stepLimit} instructions, and because nothing
 * recurses or makes text of what is nested.
 *
 * @throws {PickleError} for a global that the vocabulary lacks, an instruction that plain values do not need, and damage
 */
export function unpickle(bytes: Uint8Array<ArrayBuffer>, vocabulary: Vocabulary): unknown {
  const machine = new Machine(bytes, vocabulary);
  try {
    for (let step = 0; step < stepLimit; step++) {
      const code = machine.unsigned(1);
      if (code === stop) return machine.pop();
      const instruction = instructions.get(code);
      if (!instruction) {
        throw new PickleError(`its pickle holds more than plain values (instruction 0x${code.toString(16)})`);
      }
      instruction(machine);
    }
    throw new PickleError(`its pickle has more than ${stepLimit} instructions`);
  } catch (error) {
    // A read past the end: DataView's own check.
    if (error instanceof RangeError) throw new PickleError("its pickle is truncated");
    throw error;
  }
}

const stop = 0x2e;

/** The most instructions of a pickle. A tensor takes about 40, and each may make an object that is 200 times as long. */
const stepLimit = 2 ** 20;

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
        m.global(m.pop(), name);
      },
      R: (m) => m.call(),
      "\x81": (m) => m.call(), // NEWOBJ
      Q: (m) => m.persistent(),
      b: (m) => m.build(),
    } satisfies Record<string, (machine: Machine) => void>,
  ).map(([code, instruction]) => [code.charCodeAt(0), instruction]),
);
