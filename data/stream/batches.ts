import { UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { DecoderPool, defaultWorkers } from "./decoder_pool.ts";
import { decodingQueue } from "./decoding_queue.ts";
import { channelNormalizer, defaultNormalization, type Normalization } from "../images/normalization.ts";
import type { Plane } from "../images/plane.ts";

/** A batch of films and their labels, ready for a model. */
export interface Batch {
  /** `[size, imageSize, imageSize, channels]`, normalized; longer where the batch is padded. */
  readonly images: Float32Array<ArrayBuffer>;
  /** `[size, classes]`: 1 where the film has the label, else 0. */
  readonly targets: Float32Array<ArrayBuffer>;
  /** Indices of the films in the dataset. */
  readonly films: readonly number[];
  /** Number of films: the batch size, or what is left in the last batch. */
  readonly size: number;
}

/** Options of {@linkcode openBatches}. */
export interface BatchesOptions {
  /** Films are stretched to `imageSize` × `imageSize` pixels. */
  readonly imageSize: number;
  /** The normalization of each channel of the model; by default one channel from −1, black, to 1, white. */
  readonly channels?: readonly Normalization[];
  /**
   * Number of decoder threads; 0 decodes on the calling thread. The default is one less than the cores, from 1 to 4. Deno starts a
   * thread only where the program may read its own files, and under the unstable feature `worker-options`: the thread may only
   * read.
   */
  readonly workers?: number;
  /**
   * Bytes of memory in which decoded films are kept, by default 1 GiB. A full cache keeps what it has: in a shuffled order no film
   * is likelier to come than another.
   */
  readonly cacheBytes?: number;
  /** Films that are known to be unreadable, and why. Streams skip them silently. */
  readonly unreadable?: ReadonlyMap<number, string>;
  /**
   * Called once for each film that cannot be decoded; streams skip the film. What it throws ends the stream. Without it the film's
   * own error ends the stream.
   */
  readonly onUnreadable?: (film: number, reason: string) => void;
}

/** Options of {@linkcode Batches.stream}. */
export interface StreamOptions {
  /** Films of a batch. */
  readonly batchSize: number;
  /** Batches that are decoded ahead of the one in use, by default 3. */
  readonly prefetch?: number;
  /** Pads the last batch with zeros after its `size` films to the length of the others, for a step compiled for one length. */
  readonly pad?: boolean;
  /** The greatest number of batches; nothing is decoded for more. */
  readonly limit?: number;
}

/** Options of {@linkcode Batches.identify}. */
export interface IdentifyOptions {
  /** Whether to keep the decoded films for the batches, as far as there is memory. */
  readonly keep: boolean;
  /** Called after each film with the number of films done. */
  readonly onProgress?: (done: number) => void;
}

/** A source of batches. Dispose of it to end its decoder threads. */
export interface Batches extends AsyncDisposable {
  /** The films that streams could not decode so far, and why; those known from the start among them. */
  readonly unreadable: ReadonlyMap<number, string>;
  /** The pixel digests of the films that have been decoded so far; see `planeDigest`. */
  readonly pixelDigests: ReadonlyMap<number, string>;
  /** The films that `identify` could not decode so far, and those known from the start. */
  readonly undecodable: ReadonlySet<number>;
  /** Decodes films for their digests. A film that cannot be decoded gets none; it is reported when a stream needs it. */
  identify(films: readonly number[], options: IdentifyOptions): Promise<void>;
  /**
   * Streams the films of `order` (indices, repeats allowed) in that order, decoding ahead of need. The last batch may be short.
   * The next film takes the place of one that cannot be decoded, whichever decoder finishes first. A consumer may stop early.
   *
   * @throws {UserError} that names a film which cannot be decoded (exit status 1), where `onUnreadable` is not given
   * @throws {RangeError} for a batch size that is not a positive integer
   */
  stream(order: readonly number[], options: StreamOptions): AsyncGenerator<Batch, void, void>;
}

/**
 * Opens a dataset for reading in batches. Worker threads decode and resize the films, and memory keeps them for the next epoch.
 *
 * @example
 * ```ts
 * import { openBatches, openDataset } from "@thorax/thorax";
 * const phantom = await openDataset();
 * await using batches = openBatches(phantom, { imageSize: 32, workers: 0 });
 * for await (const { images, targets, size } of batches.stream([5, 1, 7], { batchSize: 2 })) {
 *   console.assert(images.length === size * 32 * 32 && targets.length === size * 15);
 * }
 * ```
 */
export function openBatches(
  dataset: Pick<Dataset, "films" | "labels" | "job">,
  { imageSize, channels = [defaultNormalization], workers = defaultWorkers(), cacheBytes = 2 ** 30, ...options }:
    BatchesOptions,
): Batches {
  const normalize = channelNormalizer(channels);
  const pool = new DecoderPool({ workers, imageSize });
  const pixelDigests = new Map<number, string>();
  const decode = async (film: number) => {
    const { pixels, digest } = await pool.decode(await dataset.job(film));
    pixelDigests.set(film, digest);
    return pixels;
  };
  const pixelsOf = cached(decode, cacheBytes);
  const classes = dataset.labels.length, length = imageSize * imageSize * channels.length;
  const unreadable = new Map(options.unreadable), undecodable = new Set(unreadable.keys());

  const skip = (film: number, error: UserError) => {
    if (!options.onUnreadable) throw error;
    if (unreadable.has(film)) return; // the film was being decoded twice
    unreadable.set(film, error.message);
    options.onUnreadable(film, error.message);
  };

  return {
    unreadable,
    pixelDigests,
    undecodable,
    async identify(films, { keep, onProgress = () => {} }) {
      let done = 0;
      await inParallel(films, Math.max(2 * workers, 1), async (film) => {
        await (keep ? pixelsOf : decode)(film).catch((error) => {
          if (!(error instanceof UserError)) throw error;
          undecodable.add(film);
        });
        onProgress(++done);
      });
    },
    async *stream(order, { batchSize, prefetch = 3, pad = false, limit = Infinity }) {
      if (!(Number.isInteger(batchSize) && batchSize > 0)) {
        throw new RangeError(`the batch size must be a positive integer, and is ${batchSize}`);
      }
      const queue = decodingQueue(order.filter((film) => !unreadable.has(film)), pixelsOf, skip);

      /** Assembles the next films into a batch; of size 0 where none is left. */
      const assemble = async (): Promise<Batch> => {
        const images = new Float32Array(batchSize * length), targets = new Float32Array(batchSize * classes);
        const films: number[] = [];
        while (films.length < batchSize) {
          const next = await queue.next();
          if (!next) break;
          normalize(next.pixels, images, films.length * length);
          for (const label of dataset.films[next.film].labels) targets[films.length * classes + label] = 1;
          films.push(next.film);
        }
        const size = films.length;
        if (pad || size === batchSize) return { images, targets, films, size };
        return { images: images.slice(0, size * length), targets: targets.slice(0, size * classes), films, size };
      };

      const pending: Promise<Batch>[] = [];
      let last: Promise<Batch> | undefined, started = 0;
      const fill = () => {
        while (pending.length < Math.max(prefetch, 1) && !queue.allStarted() && started < limit) {
          queue.start(batchSize);
          last = last ? last.then(assemble) : assemble(); // one after the other: a batch begins where the one before ended
          last.catch(() => {}); // reported when its turn comes, if it comes
          pending.push(last);
          started++;
        }
      };
      fill();
      for (let next = pending.shift(); next; next = pending.shift()) {
        const batch = await next;
        fill();
        if (batch.size > 0) yield batch;
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(pool[Symbol.dispose]()),
  };
}

/** Works on items in their order, `width` of them at a time. */
async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items.values();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const item of iterator) await work(item);
  }));
}

/** Keeps decoded films until the memory is full. A film that is being decoded, or cannot be decoded, is not decoded twice. */
function cached(
  decode: (film: number) => Promise<Plane["pixels"]>,
  cacheBytes: number,
): (film: number) => Promise<Plane["pixels"]> {
  const kept = new Map<number, Promise<Plane["pixels"]>>();
  let bytes = 0;
  return (film) => {
    const earlier = kept.get(film);
    if (earlier) return earlier;
    const pixels = decode(film).then((decoded) => {
      if (bytes + decoded.byteLength > cacheBytes) kept.delete(film);
      else bytes += decoded.byteLength;
      return decoded;
    });
    kept.set(film, pixels);
    return pixels;
  };
}
