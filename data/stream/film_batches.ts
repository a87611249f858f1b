import { DecoderPool, defaultWorkers } from "./decoder_pool.ts";
import { decodingQueue } from "./decoding_queue.ts";
import { channelNormalizer, type Normalization } from "../images/normalization.ts";

/** A batch of films without labels, ready for a model. */
export interface FilmBatch {
  /** The user's name of each film. */
  readonly names: readonly string[];
  /** `[names.length, imageSize, imageSize, channels]`, normalized; longer where the batch is padded with zeros. */
  readonly images: Float32Array;
}

/** Options of {@linkcode filmBatches}. */
export interface FilmBatchesOptions {
  /** Films are stretched to `imageSize` × `imageSize` pixels. */
  readonly imageSize: number;
  /** The normalization of each channel. */
  readonly channels: readonly Normalization[];
  /** Films of a batch. */
  readonly batchSize: number;
  /** Decoder threads (see {@linkcode DecoderPool}). The default is 0, the calling thread, for up to 4 films: it is faster. */
  readonly workers?: number;
  /** Called for each film that cannot be decoded; the batches skip the film. */
  readonly onFailed: (name: string, reason: string) => void;
}

/** Batches that are decoded ahead of the one in use, and the greatest number of films for which no thread starts. */
const prefetch = 3, fewFilms = 4;

/**
 * Reads image files in batches, in their order, while the model works on earlier ones. Memory holds a few batches, however many
 * films there are. Where there are several batches, all have the same length, the last one padded.
 */
export async function* filmBatches(
  paths: readonly string[],
  { imageSize, channels, batchSize, onFailed, workers = paths.length > fewFilms ? defaultWorkers() : 0 }:
    FilmBatchesOptions,
): AsyncGenerator<FilmBatch, void, void> {
  const normalize = channelNormalizer(channels), size = imageSize ** 2 * channels.length;
  using pool = new DecoderPool({ workers, imageSize });
  const decode = async (film: number) => (await pool.decode({ kind: "file", path: paths[film] })).pixels;
  const queue = decodingQueue([...paths.keys()], decode, (film, { message }) => onFailed(paths[film], message));
  queue.start(prefetch * batchSize);
  while (true) {
    const images = new Float32Array(Math.min(batchSize, paths.length) * size), names: string[] = [];
    while (names.length < batchSize) {
      const next = await queue.next();
      if (!next) break;
      queue.start(1);
      normalize(next.pixels, images, names.length * size);
      names.push(paths[next.film]);
    }
    if (names.length === 0) return;
    yield { names, images: paths.length > batchSize ? images : images.subarray(0, names.length * size) };
  }
}
