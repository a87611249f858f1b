import { UserError } from "../errors.ts";
import { decodeImage } from "./decode.ts";
import { type PhantomFilm, renderPhantom } from "./phantom_film.ts";
import type { Plane } from "./plane.ts";
import { resize } from "./resize.ts";

/** How to come by one film's pixels: serialisable, so that a worker can do it. */
export type FilmJob =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "plane"; readonly plane: Plane }
  | { readonly kind: "phantom"; readonly film: PhantomFilm };

/**
 * A film decoded and stretched to `imageSize`². Throws a {@linkcode UserError} that names the film where its file is
 * gone or damaged.
 */
export async function runFilmJob(job: FilmJob, { imageSize }: { imageSize: number }): Promise<Plane> {
  return resize(await planeOf(job), { width: imageSize, height: imageSize });
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

async function readFilm(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : cause.message;
    throw new UserError(`${path} cannot be read (${reason})`, { cause });
  }
}
