import { runFilmJob } from "../stream/film_job.ts";
import { channelNormalizer, type Normalization, toUnitRange } from "./normalization.ts";

/**
 * One image file (PNG or JPEG) as a model takes it: decoded, stretched to `imageSize`², and its grey normalized for each
 * channel, by default for one from −1 (black) to 1 (white); `[imageSize, imageSize, channels]`. Throws a UserError that names
 * the file where it is gone or damaged.
 */
export async function readImage(
  path: string,
  { imageSize, channels = [toUnitRange] }: {
    readonly imageSize: number;
    readonly channels?: readonly Normalization[];
  },
): Promise<Float32Array> {
  const { pixels } = await runFilmJob({ kind: "file", path }, { imageSize });
  const image = new Float32Array(pixels.length * channels.length);
  channelNormalizer(channels)(pixels, image);
  return image;
}
