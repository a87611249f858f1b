/** Something that a pickle names, `collections.OrderedDict`, and what calling it gives here. */
export interface Global {
  readonly name: string;
  readonly call?: (args: readonly unknown[]) => unknown;
}

/** What a pickle makes of something that is no plain value: its class is known by name, and what it holds is looked at by nobody. */
export class Opaque {
  /** Its attributes, where they are a dict. */
  attributes?: ReadonlyMap<unknown, unknown>;

  constructor(readonly name: string) {}
}

/** What a pickle may do besides holding plain values. */
export interface Vocabulary {
  /** By full name. Calling any other makes an {@linkcode Opaque} object. */
  readonly globals: Readonly<Record<string, Global["call"]>>;
  /** What a persistent id stands for. */
  readonly persistent: (id: unknown) => unknown;
}

/** What is wrong with a pickle, on one line that goes on after the file's name. */
export class PickleError extends Error {}

/**
 * Modules, and functions of Python, that only a pickle which is to run commands names. Nothing is run here, but such a file is nobody's
 * weights.
 */
export const hostile =
  /^(os|posix|nt|subprocess|socket|pty|shutil|runpy|importlib|ctypes|webbrowser)(\.|$)|^(builtins|__builtin__)\.(eval|exec|execfile|compile|open|__import__)$/;

/** Whether a value of a pickle is a name of something. */
export function isGlobal(value: unknown): value is Global {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype &&
    "name" in value && "call" in value;
}
