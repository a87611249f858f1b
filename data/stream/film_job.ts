import { systemReason, UserError } from "../../errors.ts";
import { decodeImage } from "../images/decode.ts";
import { type PhantomFilm, renderPhantom } from "../phantom/film.ts";
import type { Plane } from "../images/plane.ts";
import { planeDigest } from "../identity/plane_digest.ts";
import { resize } from "../images/resize.ts";

/** How to come by one film's pixels: serializable, so that a worker can do it. */
export type FilmJob =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "plane"; readonly plane: Plane }
  | { readonly kind: "phantom"; readonly film: PhantomFilm };

/** A film of the size that a model takes. */
export interface DecodedFilm extends Plane {
  /** {@linkcode planeDigest} of the film as it was before it was resized. */
  readonly digest: string;
}

/**
 * A film decoded and stretched to `imageSize`². Throws a {@linkcode UserError} that names the film where its file is
 * gone or damaged.
 */
export async function runFilmJob(job: FilmJob, { imageSize }: { imageSize: number }): Promise<DecodedFilm> {
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

/** The greatest size of a film's file: what the largest image takes uncompressed, 16 bits in four channels, and as much again. */
const maxBytes = 2 ** 30;

/** A film's file. Throws a {@linkcode UserError} that names it where it is gone, very large or not a regular file. */
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
