import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";

/** Bytes of a digest of content: two of 112,120 films collide with a chance of 3·10⁻¹⁰. */
export const contentBytes = 8;
/** Bytes of a salted digest of a name or a patient. */
export const saltedBytes = 6;

/** The first bytes of SHA-256 over the parts, in hexadecimal. */
export function digestOf(parts: readonly (string | Uint8Array)[], bytes = contentBytes): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 2 * bytes);
}

/** The digest of a name or a patient number under a salt, so that files of two data sets cannot be joined by it. */
export function saltedDigest(salt: string, text: string): string {
  return digestOf([salt, "\0", text], saltedBytes);
}

/**
 * The salted digest of a patient. Whole numbers are compared as numbers, `007` as `7`, whatever the other patients of the data set
 * are called.
 */
export function patientDigest(salt: string, patient: string): string {
  return saltedDigest(salt, patient.replace(/^0*(\d+)(\.0*)?$/, "$1"));
}

/** A set of digests as a file keeps it: sorted, so that nothing tells which belong together; base64. */
export function packDigests(digests: Iterable<string>): string {
  return Buffer.from([...new Set(digests)].sort().join(""), "hex").toString("base64");
}

/** The inverse of {@linkcode packDigests}, of digests of so many bytes each. */
export function unpackDigests(packed: string, bytes: number): Set<string> {
  const hex = Buffer.from(packed, "base64").toString("hex"), digits = 2 * bytes;
  const digests = new Set<string>();
  for (let at = 0; at + digits <= hex.length; at += digits) digests.add(hex.slice(at, at + digits));
  return digests;
}
