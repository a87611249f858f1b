import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";

/** Bytes of a content digest. Any two of 112,120 films collide with probability 3·10⁻¹⁰. */
export const contentBytes = 8;

/** Bytes of a salted digest of a name or a patient. */
export const saltedBytes = 6;

/** Computes the first bytes of SHA-256 over the parts, in hexadecimal. */
export function digestOf(parts: readonly (string | Uint8Array)[], bytes = contentBytes): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 2 * bytes);
}

/** Computes the digest of a name or a patient number under a salt, so that nobody can join two datasets by it. */
export function saltedDigest(salt: string, text: string): string {
  return digestOf([salt, "\0", text], saltedBytes);
}

/**
 * Computes the salted digest of a patient. Whole numbers are normalized, so that `007` and `7` are one patient, whatever the other
 * patients of the dataset are called.
 */
export function patientDigest(salt: string, patient: string): string {
  return saltedDigest(salt, patient.replace(/^0*(\d+)(\.0*)?$/, "$1"));
}

/** Packs a set of digests for a file, as base64. Sorting hides which of them belong together. */
export function packDigests(digests: Iterable<string>): string {
  return Buffer.from([...new Set(digests)].sort().join(""), "hex").toString("base64");
}

/** Unpacks what {@linkcode packDigests} has packed; each digest has `bytes` bytes. */
export function unpackDigests(packed: string, bytes: number): Set<string> {
  const hex = Buffer.from(packed, "base64").toString("hex"), digits = 2 * bytes;
  const digests = new Set<string>();
  for (let at = 0; at + digits <= hex.length; at += digits) digests.add(hex.slice(at, at + digits));
  return digests;
}
