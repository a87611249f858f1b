import { assertEquals, assertStringIncludes } from "@std/assert";
import { pipError } from "./pip_error.ts";

Deno.test("pipError: pip's last error line is told, and that the index could not be reached", () => {
  const { message, exitStatus } = pipError(`WARNING: Retrying (Retry(total=0)) after connection broken by \
'NewConnectionError('<...>: Failed to establish a new connection: [Errno -3] Temporary failure')': /simple/tensorflow-cpu/
ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: none)
ERROR: No matching distribution found for tensorflow-cpu==2.21.0
`);
  assertEquals(
    message,
    "libtensorflow could not be downloaded: the package index cannot be reached (No matching distribution found for " +
      "tensorflow-cpu==2.21.0). Check the network and pip's settings and try again, or set THORAX_LIBTENSORFLOW to the folder " +
      "of an installed TensorFlow's libraries.",
  );
  assertEquals(exitStatus, 1);
});

Deno.test("pipError: a full disk, another hash, and words that pip did not mark as an error", () => {
  const text = (stderr: string) => pipError(stderr).message;
  assertStringIncludes(
    text("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"),
    "no room",
  );
  assertStringIncludes(text("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM\n  the rest"), "pinned SHA-256");
  assertStringIncludes(text("Traceback\nKilled.\n"), "pip failed (Killed). Check the network");
});
