/**
 * Runs work with a signal that the first Ctrl-C aborts. A second one ends the process, unless it comes within
 * a second: `deno task` passes on the Ctrl-C that the terminal has already sent.
 */
export async function interruptible<R>(work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const controller = new AbortController();
  let first = Infinity;
  const listener = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first > 1000) exitAtOnce(130);
      return;
    }
    first = performance.now();
    controller.abort(); // which clears the progress bar away
    console.error("Finishing the step …");
  };
  Deno.addSignalListener("SIGINT", listener);
  try {
    return await work(controller.signal);
  } finally {
    Deno.removeSignalListener("SIGINT", listener);
  }
}

/** Ends the process at once. The orderly exit would free what TensorFlow's threads are using, and crash. */
function exitAtOnce(status: number): void {
  const library = Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6";
  // void _exit(int status)
  Deno.dlopen(library, { _exit: { parameters: ["i32"], result: "void" } }).symbols._exit(status);
}
