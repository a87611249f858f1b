import { Machine, mark } from "./pickle_machine.ts";
import { OpaqueObject, PickleError, type Vocabulary } from "./pickle_vocabulary.ts";

/**
 * Reads a pickle (Python's `pickletools`, protocols 2 to 5) of plain values. None, booleans, numbers, strings and bytes
 * become JavaScript's, lists and tuples become arrays, dicts become maps, and every other object an {@linkcode
 * OpaqueObject}. It runs nothing: a global is only a name, and a call of it calls the vocabulary. The pickle's length
 * and {@linkcode stepLimit} instructions bound the time and memory it takes, as nothing recurses and nothing nested is
 * shown as text.
 *
 * @returns the value, and the number of bytes that the pickle takes, after which another may follow
 * @throws {PickleError} for a global that runs commands, an instruction that only protocols 0 and 1 have, and damage
 */
export function unpickle(
  bytes: Uint8Array<ArrayBuffer>,
  vocabulary: Vocabulary,
): { readonly value: unknown; readonly length: number } {
  const machine = new Machine(bytes, vocabulary);
  try {
    for (let step = 0; step < stepLimit; step++) {
      const code = machine.unsigned(1);
      if (code === stop) return { value: machine.pop(), length: machine.length };
      const instruction = instructions.get(code);
      if (!instruction) {
        throw new PickleError(`its pickle holds more than plain values (instruction 0x${code.toString(16)})`);
      }
      instruction(machine);
    }
    throw new PickleError(`its pickle has more than ${stepLimit} instructions`);
  } catch (error) {
    // The machine, or its DataView, read past the end.
    if (error instanceof RangeError) throw new PickleError(truncated);
    throw error;
  }
}

/** The message for a pickle that ends before its last instruction. */
export const truncated = "its pickle is truncated";

const stop = 0x2e;

/**
 * The most instructions of a pickle. A tensor takes about 40, and each may make an object 200 times as long as itself.
 */
const stepLimit = 2 ** 20;

const instructions: ReadonlyMap<number, (machine: Machine) => void> = new Map(
  Object.entries(
    {
      "\x80": (m) => m.unsigned(1), // PROTO
      "\x95": (m) => m.length64(), // FRAME
      "(": (m) => m.push(mark),
      "0": (m) => m.pop(),
      "2": (m) => m.push(m.top()), // DUP
      "1": (m) => m.popToMark(),
      N: (m) => m.push(null),
      "\x88": (m) => m.push(true),
      "\x89": (m) => m.push(false),
      K: (m) => m.push(m.unsigned(1)),
      M: (m) => m.push(m.unsigned(2)),
      J: (m) => m.push(m.signed32()),
      "\x8a": (m) => m.push(m.long(m.unsigned(1))), // LONG1
      "\x8b": (m) => m.push(m.long(m.unsigned(4))), // LONG4
      G: (m) => m.push(m.float64()),
      X: (m) => m.push(m.text(m.unsigned(4))),
      "\x8c": (m) => m.push(m.text(m.unsigned(1))), // SHORT_BINUNICODE
      "\x8d": (m) => m.push(m.text(m.length64())), // BINUNICODE8
      T: (m) => m.push(m.text(m.unsigned(4))), // BINSTRING, from Python 2
      U: (m) => m.push(m.text(m.unsigned(1))), // SHORT_BINSTRING
      B: (m) => m.push(m.raw(m.unsigned(4))),
      "\x8e": (m) => m.push(m.raw(m.length64())), // BINBYTES8
      "\x96": (m) => m.push(m.raw(m.length64())), // BYTEARRAY8
      C: (m) => m.push(m.raw(m.unsigned(1))),
      "]": (m) => m.push([]),
      ")": (m) => m.push([]),
      "}": (m) => m.push(new Map()),
      "\x8f": (m) => m.push(new OpaqueObject("set")), // EMPTY_SET
      "\x90": (m) => m.append(m.popToMark()), // ADDITEMS
      "\x91": (m) => { // FROZENSET
        m.popToMark();
        m.push(new OpaqueObject("frozenset"));
      },
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
      "\x92": (m) => { // NEWOBJ_EX, whose keyword arguments are dropped
        m.pop();
        m.call();
      },
      o: (m) => { // OBJ, an old-style class of Python 2
        const [callee, ...args] = m.popToMark();
        m.push(callee);
        m.push(args);
        m.call();
      },
      Q: (m) => m.persistent(),
      b: (m) => m.build(),
    } satisfies Record<string, (machine: Machine) => void>,
  ).map(([code, instruction]) => [code.charCodeAt(0), instruction]),
);
