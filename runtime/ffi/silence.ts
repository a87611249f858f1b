const libc = Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6";

/**
 * Runs `fn` with the process's standard error closed to native code. TensorFlow's static initializers and its context
 * write there whatever TF_CPP_MIN_LOG_LEVEL says ("oneDNN custom operations are on", "This TensorFlow binary is …").
 */
export function silently<T>(fn: () => T): T {
  const library = Deno.dlopen(libc, {
    // int dup(int fd)
    dup: { parameters: ["i32"], result: "i32" },
    // int dup2(int from, int to)
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    // int open(const char* path, int flags)
    open: { parameters: ["buffer", "i32"], result: "i32" },
    // int close(int fd)
    close: { parameters: ["i32"], result: "i32" },
  });
  const { dup, dup2, open, close } = library.symbols;
  const writeOnly = 1, stderr = 2;
  const kept = dup(stderr);
  const nowhere = open(new TextEncoder().encode("/dev/null\0"), writeOnly);
  dup2(nowhere, stderr);
  try {
    return fn();
  } finally {
    dup2(kept, stderr);
    close(kept);
    close(nowhere);
    library.close();
  }
}
