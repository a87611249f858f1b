import { UserError } from "../../errors.ts";

const byHand = "or set THORAX_LIBTENSORFLOW to the folder of an installed TensorFlow's libraries.";

function failure(message: string, remedy: string): UserError {
  return new UserError(message, { remedy, exitStatus: 1 });
}

/** Explains in one line why pip failed, by what it wrote; undefined means that python3 could not be started. */
export function pipError(stderr: string | undefined): UserError {
  if (stderr === undefined) {
    return failure(
      "libtensorflow is not installed, and python3, whose pip would fetch it, cannot be started",
      `Install Python with pip, ${byHand}`,
    );
  }
  if (/No module named pip/.test(stderr)) {
    return failure(
      "libtensorflow is not installed, and python3 has no pip to fetch it",
      `Install Python's pip, ${byHand}`,
    );
  }
  if (/DO NOT MATCH THE HASHES/.test(stderr)) return notPinned("TensorFlow");
  if (/No space left on device/.test(stderr)) return noSpace();
  const lines = stderr.trim().split("\n").map((line) => line.trim());
  const last = lines.findLast((line) => line.startsWith("ERROR:")) ?? lines[lines.length - 1];
  const unreached = /Failed to establish a new connection|NameResolution|ProxyError|Network is unreachable/.test(
    stderr,
  );
  return failure(
    `libtensorflow could not be downloaded: ${unreached ? "the package index cannot be reached" : "pip failed"} (${
      last.replace(/^ERROR:\s*/, "").replace(/\.$/, "")
    })`,
    `Check the network and pip's settings and try again, ${byHand}`,
  );
}

/** Makes the error for a download whose SHA-256 differs. */
export function notPinned(what: string): UserError {
  return failure(
    `The downloaded ${what} does not match its pinned SHA-256`,
    `Try again or use another package mirror, ${byHand}`,
  );
}

/** Makes the error for a full disk. */
export function noSpace(): UserError {
  return failure(
    "There is no room on the disk to install libtensorflow",
    "Free some, or set XDG_CACHE_HOME to a folder on another disk.",
  );
}

/** Makes the error for a cache folder that cannot be written. */
export function notWritable(folder: string, cause: Error): UserError {
  return failure(
    `libtensorflow cannot be installed into ${folder}: ${cause.message.replace(/[.:]$/, "")}`,
    `Set XDG_CACHE_HOME to a folder that can be written, ${byHand}`,
  );
}
