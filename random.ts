/** A deterministic stream of random numbers; see {@linkcode randomStream}. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
}

/**
 * The stream named by a seed and a path: the same name gives the same numbers on every machine, and streams of
 * different names are independent, so no part of the program disturbs another's randomness by drawing one more number.
 * The generator is sfc32 (Doty-Humphrey, PractRand).
 *
 * @example
 * ```ts
 * import { randomStream } from "./random.ts";
 * const a = randomStream(42, "sampler", 3), b = randomStream(42, "sampler", 3);
 * console.assert(a.uniform() === b.uniform());
 * ```
 */
export function randomStream(seed: number, ...path: readonly (string | number)[]): RandomStream {
  const name = [seed, ...path].join("/");
  let a = hash(name, 0), b = hash(name, 1), c = hash(name, 2), counter = 1;
  const bits = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();
  let spare: number | undefined;
  const stream: RandomStream = {
    uniform: () => bits() / 2 ** 32,
    integer: (below) => Math.floor(stream.uniform() * below),
    normal: () => {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform()));
      const angle = 2 * Math.PI * stream.uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
  return stream;
}

/** A new array with the items in random order (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], stream: RandomStream): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** FNV-1a over the name's UTF-16 units, mixed with MurmurHash3's finalizer. */
function hash(name: string, salt: number): number {
  let h = 2166136261 ^ salt;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 16777619);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
