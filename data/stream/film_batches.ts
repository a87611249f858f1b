import { DecoderPool, defaultWorkers } from "./decoder_pool.ts";
import { decodingQueue } from "./decoding_queue.ts";
import { channelNormalizer, type Normalization } from "../images/normalization.ts";

/** Some films without labels, ready for a model. */
export interface FilmBatch {
  /** What the user calls each film. */
  readonly names: readonly string[];
  /** `[names.length, imageSize, imageSize, channels]`, normalized; longer where it is padded with zeros. */
  readonly images: Float32Array;
}

/** Options of {@linkcode filmBatches}. */
export interface FilmBatchesOptions {
  readonly imageSize: number;
  /** How the gray of a film becomes each channel. */
  readonly channels: readonly Normalization[];
  readonly batchSize: number;
  /** Decoder threads (see {@linkcode DecoderPool}); 0 decodes on this one. For a few films starting one takes longer. */
  readonly workers?: number;
  /** Is told of each film that cannot be decoded, which is then passed over. */
  readonly onFailed: (name: string, reason: string) => void;
}

/** Batches that are decoded ahead of the one in use, and the films for which no thread is started. */
const ahead = 3, few = 4;

/**
 * Image files in batches, in their order, decoded by the threads that training uses while the model is at work: memory holds a few
 * batches, however many films there are. Where they do not fit into one batch, all have its length.
 */
export async function* filmBatches(
  paths: readonly string[],
  { imageSize, channels, batchSize, onFailed, workers = paths.length > few ? defaultWorkers() : 0 }: FilmBatchesOptions,
): AsyncGenerator<FilmBatch, void, void> {
  const normalize = channelNormalizer(channels), size = imageSize ** 2 * channels.length;
  using pool = new DecoderPool({ workers, imageSize });
  const decode = async (film: number) => (await pool.decode({ kind: "file", path: paths[film] })).pixels;
  const queue = decodingQueue([...paths.keys()], decode, (film, { message }) => onFailed(paths[film], message));
  queue.start(ahead * batchSize);
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
