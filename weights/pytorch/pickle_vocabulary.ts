/** A class or function that a pickle names, such as `collections.OrderedDict`, and what a call of it returns here. */
export interface Global {
  readonly name: string;
  readonly call?: (args: readonly unknown[]) => unknown;
}

/** Stands for an object of a class that Thorax does not read. Only the name of its class is known. */
export class OpaqueObject {
  /** The object's attributes, where the pickle gives them as a dict. */
  attributes?: ReadonlyMap<unknown, unknown>;

  constructor(readonly name: string) {}
}

/** The globals and storages that a pickle may refer to, beside plain values. */
export interface Vocabulary {
  /** Functions by full name. A call of any other name makes an {@linkcode OpaqueObject}. */
  readonly globals: Readonly<Record<string, Global["call"]>>;
  /** Resolves a persistent id. */
  readonly persistent: (id: unknown) => unknown;
}

/** A fault of a pickle. Its message is one line that follows the file's name. */
export class PickleError extends Error {}

/**
 * Matches the modules and functions of Python that a pickle names only to run commands. Thorax runs nothing of a
 * pickle, but such a file is an attack and not weights. In protocol 2, as `torch.save` has it, Python 3 writes
 * `subprocess` as Python 2's `commands`.
 */
export const forbiddenGlobals =
  /^(os|posix|nt|subprocess|_posixsubprocess|commands|popen2|asyncio|socket|pty|shutil|runpy|importlib|ctypes|webbrowser)(\.|$)|^(builtins|__builtin__)\.(eval|exec|execfile|compile|open|__import__)$/;

/** Whether a value of a pickle is the name of a class or function. */
export function isGlobal(value: unknown): value is Global {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype &&
    "name" in value && "call" in value;
}
