const libc = Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6";

/**
 * Runs `fn` while the process's standard error goes to /dev/null. TensorFlow's static initializers and its context write there
 * regardless of TF_CPP_MIN_LOG_LEVEL ("oneDNN custom operations are on", "This TensorFlow binary is …").
 */
export function suppressStderr<T>(fn: () => T): T {
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
  const saved = dup(stderr);
  const devNull = open(new TextEncoder().encode("/dev/null\0"), writeOnly);
  dup2(devNull, stderr);
  try {
    return fn();
  } finally {
    dup2(saved, stderr);
    close(saved);
    close(devNull);
    library.close();
  }
}
