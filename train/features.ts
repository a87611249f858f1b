import type { Batch, Batches } from "../data/stream/batches.ts";

/** A film's row of a batch. */
type Film = Pick<Batch, "images" | "targets">;

/**
 * The same batches, of features in place of images: `[size, …]` as `features` makes them of images. Each film's are made
 * once, when it is shown first, and stay in memory. What `features` gets is of one size, the last batch padded.
 */
export function featureBatches(
  batches: Pick<Batches, "stream" | "unreadable">,
  features: (images: Float32Array) => Promise<Float32Array>,
): Pick<Batches, "stream" | "unreadable"> {
  const { unreadable } = batches;
  const known = new Map<number, Film>();
  const keepRows = async (batch: Batch, count: number) => {
    const images = rowsOf(await features(batch.images), count), targets = rowsOf(batch.targets, count);
    batch.films.forEach((film, i) => known.set(film, { images: images[i], targets: targets[i] }));
  };
  return {
    unreadable,
    async *stream(order, { batchSize, pad = false, prefetch, limit = Infinity }) {
      const missing = [...new Set(order)].filter((film) => !known.has(film));
      const coming = batches.stream(missing, { batchSize, prefetch, limit, pad: true });
      /** The film's row, made if need be; undefined where the film cannot be decoded. */
      const rowOf = async (film: number): Promise<Film | undefined> => {
        while (!known.has(film) && !unreadable.has(film)) {
          const { value: batch } = await coming.next();
          if (batch) await keepRows(batch, batchSize);
          else if (!unreadable.has(film)) throw new TypeError(`the batches end before film ${film}`);
        }
        return known.get(film);
      };
      try {
        for (let made = 0, position = 0; made < limit; made++) {
          const films: number[] = [], rows: Film[] = [];
          while (films.length < batchSize && position < order.length) {
            const film = order[position++], row = await rowOf(film);
            if (!row) continue;
            films.push(film);
            rows.push(row);
          }
          const size = films.length, length = pad ? batchSize : size;
          if (size === 0) return;
          const images = joined(rows.map(({ images }) => images), length);
          const targets = joined(rows.map(({ targets }) => targets), length);
          yield { images, targets, films, size };
        }
      } finally {
        await coming.return();
      }
    },
  };
}

/** The rows of a row-major `[count, …]`, each a copy of its own: what is kept does not hold a whole batch. */
function rowsOf(values: Float32Array, count: number): Float32Array<ArrayBuffer>[] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => new Float32Array(values.subarray(i * size, (i + 1) * size)));
}

/** Rows as a row-major `[length, …]`, with zeros behind them. */
function joined(rows: readonly Float32Array[], length: number): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(length * rows[0].length);
  rows.forEach((row, i) => whole.set(row, i * row.length));
  return whole;
}
