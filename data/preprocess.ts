import { runFilmJob } from "./film_job.ts";
import { normalize } from "./plane.ts";

/**
 * One image file (PNG or JPEG) as a model takes it: decoded, stretched to `imageSize`², (x/255 − 0.5)/0.5;
 * `[imageSize, imageSize, 1]`, −1 black, 1 white. Throws a UserError that names the file where it is gone or damaged.
 */
export async function readImage(path: string, { imageSize }: { readonly imageSize: number }): Promise<Float32Array> {
  const { pixels } = await runFilmJob({ kind: "file", path }, { imageSize });
  const image = new Float32Array(imageSize * imageSize);
  normalize(pixels, image);
  return image;
}
