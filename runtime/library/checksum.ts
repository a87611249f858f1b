import { createHash } from "node:crypto";

/** Computes the SHA-256 of a file, in hexadecimal, piece by piece. `onBytes` receives the size of each piece. */
export async function sha256(path: string, onBytes: (read: number) => void): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  for (let read; (read = await file.read(buffer)) !== null;) {
    hash.update(buffer.subarray(0, read));
    onBytes(read);
  }
  return hash.digest("hex");
}
