import { UserError } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import { DecoderPool, defaultWorkers } from "./decoder_pool.ts";
import { decodingQueue } from "./decoding_queue.ts";
import { channelNormalizer, defaultNormalization, type Normalization } from "../images/normalization.ts";
import type { Plane } from "../images/plane.ts";

/** Some films, ready for a model. */
export interface Batch {
  /** `[size, imageSize, imageSize, channels]`, normalized; longer where it is padded. */
  readonly images: Float32Array<ArrayBuffer>;
  /** `[size, classes]`, 1 where the film has the label, else 0. */
  readonly targets: Float32Array<ArrayBuffer>;
  /** Indices of the films in the dataset. */
  readonly films: readonly number[];
  /** Number of films: the batch size, or what is left in the last batch. */
  readonly size: number;
}

/** Options of {@linkcode openBatches}. */
export interface BatchesOptions {
  readonly imageSize: number;
  /** The normalization of the gray films, for each channel of the model; by default one, from −1, black, to 1, white. */
  readonly channels?: readonly Normalization[];
  /**
   * Decoder threads; 0 decodes on this one. By default the cores but one, at least 1 and at most 4. Deno lets a thread start
   * only where this program's own files may be read, and under the unstable feature `worker-options`: it may only read.
   */
  readonly workers?: number;
  /** Films are kept decoded until this much memory is full: 1 GiB. Filling, not replacing: a shuffled order repeats nothing. */
  readonly cacheBytes?: number;
  /** Films that are known to be unreadable, and why: they are passed over without a word. */
  readonly unreadable?: ReadonlyMap<number, string>;
  /**
   * Is told once of each film that cannot be decoded, which is then passed over. What it throws ends the stream; without it the
   * film's own error does.
   */
  readonly onUnreadable?: (film: number, reason: string) => void;
}

/** Options of {@linkcode Batches.stream}. */
export interface StreamOptions {
  readonly batchSize: number;
  /** Batches that are decoded ahead of the one in use: 3. */
  readonly ahead?: number;
  /** The last batch has the others' length, with zeros behind its `size` films: for what is compiled for one length. */
  readonly pad?: boolean;
  /** At most so many batches; nothing is decoded for more. */
  readonly limit?: number;
}

/** Options of {@linkcode Batches.identify}. */
export interface IdentifyOptions {
  /** Whether the decoded films are kept for the batches, as far as there is memory. */
  readonly keep: boolean;
  /** Is told how many films are done. */
  readonly seen?: (done: number) => void;
}

/** A source of batches; dispose of it to end its decoders. */
export interface Batches extends AsyncDisposable {
  /** The films that could not be decoded so far, and why. */
  readonly unreadable: ReadonlyMap<number, string>;
  /** The digests of the films' pixels, of those that have been decoded so far; see `planeDigest`. */
  readonly pixelDigests: ReadonlyMap<number, string>;
  /** The films that could not be decoded so far, the known ones among them; what a stream passes over is in `unreadable`. */
  readonly undecodable: ReadonlySet<number>;
  /** Decodes films for their digests; those that cannot be decoded get none, and are told where a stream needs them. */
  identify(films: readonly number[], options: IdentifyOptions): Promise<void>;
  /**
   * The films of `order` (indices, repeats allowed) in that order, decoded ahead of need, the last batch as short as it comes.
   * The next film takes the place of one that cannot be decoded, whichever decoder is done first; where `onUnreadable` is not
   * given, such a film throws a UserError (exit status 1) that names it. Stopping early leaves nothing behind.
   */
  stream(order: readonly number[], options: StreamOptions): AsyncGenerator<Batch, void, void>;
}

/**
 * Opens a dataset for reading in batches. Films are decoded and resized in worker threads, and kept for the next epoch.
 *
 * @example
 * ```ts
 * import { openBatches } from "./batches.ts";
 * import { openPhantom } from "../phantom/phantom.ts";
 * await using batches = openBatches(openPhantom(), { imageSize: 32, workers: 0 });
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
  const pixelsOf = keeping(decode, cacheBytes);
  const classes = dataset.labels.length, length = imageSize * imageSize * channels.length;
  const unreadable = new Map(options.unreadable), undecodable = new Set(unreadable.keys());

  const passOver = (film: number, error: UserError) => {
    if (!options.onUnreadable) throw error;
    if (unreadable.has(film)) return; // it was under way twice
    unreadable.set(film, error.message);
    options.onUnreadable(film, error.message);
  };

  return {
    unreadable,
    pixelDigests,
    undecodable,
    async identify(films, { keep, seen = () => {} }) {
      let done = 0;
      await inParallel(films, Math.max(2 * workers, 1), async (film) => {
        await (keep ? pixelsOf : decode)(film).catch((error) => {
          if (!(error instanceof UserError)) throw error;
          undecodable.add(film);
        });
        seen(++done);
      });
    },
    async *stream(order, { batchSize, ahead = 3, pad = false, limit = Infinity }) {
      if (!(Number.isInteger(batchSize) && batchSize > 0)) {
        throw new RangeError(`the batch size is a whole number from 1 on, got ${batchSize}`);
      }
      const queue = decodingQueue(order.filter((film) => !unreadable.has(film)), pixelsOf, passOver);

      /** The next films as a batch; of size 0 where none is left. */
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

      const underWay: Promise<Batch>[] = [];
      let last: Promise<Batch> | undefined, begun = 0;
      const fill = () => {
        while (underWay.length < Math.max(ahead, 1) && !queue.allStarted() && begun < limit) {
          queue.start(batchSize);
          last = last ? last.then(assemble) : assemble(); // in turn: its first film depends on what came before
          last.catch(() => {}); // reported when its turn comes, if it comes
          underWay.push(last);
          begun++;
        }
      };
      fill();
      for (let next = underWay.shift(); next; next = underWay.shift()) {
        const batch = await next;
        fill();
        if (batch.size > 0) yield batch;
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(pool[Symbol.dispose]()),
  };
}

/** Works on items, so many at a time, in their order. */
async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items.values();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const item of iterator) await work(item);
  }));
}

/** Keeps decoded films until the memory is full; a film that is being decoded, or cannot be, is not decoded twice. */
function keeping(
  decode: (film: number) => Promise<Plane["pixels"]>,
  cacheBytes: number,
): (film: number) => Promise<Plane["pixels"]> {
  const kept = new Map<number, Promise<Plane["pixels"]>>();
  let bytes = 0;
  return (film) => {
    const known = kept.get(film);
    if (known) return known;
    const pixels = decode(film).then((decoded) => {
      if (bytes + decoded.byteLength > cacheBytes) kept.delete(film);
      else bytes += decoded.byteLength;
      return decoded;
    });
    kept.set(film, pixels);
    return pixels;
  };
}
