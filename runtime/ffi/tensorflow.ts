import { UserError } from "../../errors.ts";
import { fromCString } from "./c_string.ts";
import { suppressStderr } from "./suppress_stderr.ts";
import { type Symbols, symbols } from "./symbols.ts";

/** TensorFlow's open library: its C functions, and a status to which all calls of this thread report. */
export interface TensorFlow {
  readonly c: Symbols;
  readonly version: string;
  /** The status to pass to a C call; {@linkcode TensorFlow.check} reads it. */
  readonly status: Deno.PointerObject;
  /**
   * Checks the status after a C call. `doing` names the op or the action.
   *
   * @throws {TensorFlowError} if the call failed
   */
  check(doing: string, status?: Deno.PointerObject): void;
}

/** An error that TensorFlow's C API reported. */
export class TensorFlowError extends Error {
  /** The class's name. */
  override readonly name = "TensorFlowError";
  /** TensorFlow's status code: 3 invalid argument, 8 resource exhausted, … */
  readonly code: number;

  /** Takes what was done, TensorFlow's status code and its message. */
  constructor(doing: string, code: number, message: string) {
    super(`${doing}: ${message} (TensorFlow's code ${code})`);
    this.code = code;
  }
}

/** The library's file name on this platform. */
export const libraryName = Deno.build.os === "darwin" ? "libtensorflow_cc.2.dylib" : "libtensorflow_cc.so.2";

const install = "Run `deno task setup` to install one, or name another folder with --tensorflow-library";

/**
 * Opens the library in a folder.
 *
 * @throws {UserError} with the remedy, if it cannot be opened as TensorFlow's library
 */
export function openTensorFlow(directory: string, remedy = install): TensorFlow {
  const path = `${directory}/${libraryName}`;
  let c: Symbols;
  try {
    c = suppressStderr(() => {
      pinLibrary(path);
      return Deno.dlopen(path, symbols).symbols;
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${path} cannot be opened as TensorFlow's library: ${reason}`, {
      remedy,
      exitStatus: 1,
      cause,
    });
  }
  const status = nonNull(c.TF_NewStatus(), "a status");
  return {
    c,
    status,
    version: fromCString(c.TF_Version()),
    check(doing, reported = status) {
      const code = c.TF_GetCode(reported);
      if (code !== 0) throw new TensorFlowError(doing, code, fromCString(c.TF_Message(reported)));
    },
  };
}

/**
 * Loads cuSOLVER from NVIDIA's wheel beside TensorFlow's. libtensorflow_framework loads it by name, but only libtensorflow_cc has
 * its folder in the search path (2.21): otherwise TensorFlow uses no GPU.
 */
export function preloadCusolver(directory: string): void {
  pinLibrary(`${directory}/${libraryName}`, `${directory}/../nvidia/cusolver/lib/libcusolver.so.11`);
}

/**
 * Keeps the library loaded until the process ends. Deno closes its own reference if a symbol is missing and when the isolate ends;
 * code that TensorFlow registered to run at exit would then be gone, which is a segmentation fault.
 */
function pinLibrary(library: string, path = library): void {
  // void* dlopen(path, flags): the loader's function, found through the library's own dependencies
  const { symbols } = Deno.dlopen(library, { dlopen: { parameters: ["buffer", "i32"], result: "pointer" } });
  const lazy = 1;
  symbols.dlopen(new TextEncoder().encode(`${path}\0`), lazy);
}

/**
 * Returns a pointer that the C API never gives as NULL without an error.
 *
 * @throws {Error} for a null pointer
 */
export function nonNull(pointer: Deno.PointerValue, what: string): Deno.PointerObject {
  if (pointer === null) throw new Error(`TensorFlow gave no ${what}`);
  return pointer;
}
