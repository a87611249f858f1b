import { systemReason, UserError } from "../../errors.ts";
import { planeDigest } from "../identity/plane_digest.ts";
import { decodeImage } from "../images/decode.ts";
import type { Plane } from "../images/plane.ts";
import { resize } from "../images/resize.ts";
import { type PhantomFilm, renderPhantom } from "../phantom/film.ts";

/** Where one film's pixels come from: an image file, an image in memory, or the phantom. Serializable, so that workers run it. */
export type FilmJob =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "plane"; readonly plane: Plane }
  | { readonly kind: "phantom"; readonly film: PhantomFilm };

/** A decoded film of the size that a model takes. */
export interface DecodedFilm extends Plane {
  /** The {@linkcode planeDigest} of the film before it was resized. */
  readonly digest: string;
}

/**
 * Decodes a film and stretches it to `imageSize` × `imageSize` pixels.
 *
 * @throws {UserError} that names the film where its file is missing or damaged
 */
export async function runFilmJob(job: FilmJob, { imageSize }: { readonly imageSize: number }): Promise<DecodedFilm> {
  const plane = await planeOf(job);
  return { ...resize(plane, { width: imageSize, height: imageSize }), digest: planeDigest(plane) };
}

async function planeOf(job: FilmJob): Promise<Plane> {
  switch (job.kind) {
    case "file":
      return decodeImage(await readFilm(job.path), job.path);
    case "plane":
      return job.plane;
    case "phantom":
      return renderPhantom(job.film);
  }
}

/** The greatest size of a film's file in bytes: twice what the largest image takes uncompressed, at 16 bits in four channels. */
const maxBytes = 2 ** 30;

/**
 * Reads a film's file.
 *
 * @throws {UserError} that names the file where it is missing, larger than 1 GiB or not a regular file
 */
export async function readFilm(path: string): Promise<Uint8Array> {
  try {
    const { isFile, size } = await Deno.stat(path); // before it is opened: a pipe or a device may never end
    if (!isFile) throw new Error("it is not a regular file");
    if (size > maxBytes) throw new Error(`it has ${size} bytes, and the limit is ${maxBytes}`);
    return await Deno.readFile(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : systemReason(cause);
    throw new UserError(`${path} cannot be read (${reason})`, { cause });
  }
}
