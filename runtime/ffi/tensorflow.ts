import { UserError } from "../../errors.ts";
import { fromCString } from "./c_string.ts";
import { silently } from "./silence.ts";
import { type Symbols, symbols } from "./symbols.ts";

/** TensorFlow's library, open: its C functions, and one status that every call of this thread reports to. */
export interface TensorFlow {
  readonly c: Symbols;
  readonly version: string;
  /** The status to pass to a C call; {@linkcode TensorFlow.check} reads it. */
  readonly status: Deno.PointerObject;
  /** Throws the error of the last call, if it made one. `doing` names the op or the deed. */
  check(doing: string, status?: Deno.PointerObject): void;
}

/** An error that TensorFlow's C API reported. */
export class TensorFlowError extends Error {
  override readonly name = "TensorFlowError";
  /** TensorFlow's status code: 3 invalid argument, 8 resource exhausted, … */
  readonly code: number;

  constructor(doing: string, code: number, message: string) {
    super(`${doing}: ${message} (TensorFlow's code ${code})`);
    this.code = code;
  }
}

/** The library's file names, by platform. */
export const libraryName = Deno.build.os === "darwin" ? "libtensorflow_cc.2.dylib" : "libtensorflow_cc.so.2";

const install = "Run `deno task setup` to install one, or name another folder with --tensorflow-library";

/** Opens the library in a folder; an unusable one is a UserError with the remedy. */
export function openTensorFlow(directory: string, remedy = install): TensorFlow {
  const path = `${directory}/${libraryName}`;
  let c: Symbols;
  try {
    c = silently(() => {
      keepMapped(path);
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
  const status = existing(c.TF_NewStatus(), "a status");
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
 * Opens cuSOLVER where NVIDIA's wheel lies beside TensorFlow's. It is libtensorflow_framework that asks for it by name, and the
 * folder stands in the search path of libtensorflow_cc alone (2.21): without it TensorFlow takes no GPU.
 */
export function openSolver(directory: string): void {
  keepMapped(`${directory}/${libraryName}`, `${directory}/../nvidia/cusolver/lib/libcusolver.so.11`);
}

/**
 * Holds the library by a reference that nothing gives back. Deno closes its own where a symbol is missing and when the
 * isolate ends, and code that TensorFlow registered to run at the process's exit would then be gone: a segmentation fault.
 */
function keepMapped(library: string, path = library): void {
  // void* dlopen(path, flags), of the loader: found through the library's own dependencies
  const { symbols } = Deno.dlopen(library, { dlopen: { parameters: ["buffer", "i32"], result: "pointer" } });
  const lazy = 1;
  symbols.dlopen(new TextEncoder().encode(`${path}\0`), lazy);
}

/** A pointer that the C API never gives as NULL without an error. */
export function existing(pointer: Deno.PointerValue, what: string): Deno.PointerObject {
  if (pointer === null) throw new Error(`TensorFlow gave no ${what}`);
  return pointer;
}
