import type { Batch, Batches } from "../data/stream/batches.ts";

/** A film's row of a batch. */
type Film = Pick<Batch, "images" | "targets">;

/**
 * Replaces the images of batches by features, `[size, …]`, which `features` computes. The features of a film are computed when it
 * is first shown, and stay in memory. `features` always gets batches of one size: the last one is padded.
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
      /** Returns the film's row, computing it if it is new; undefined where the film cannot be decoded. */
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

/** Splits a row-major `[count, …]` into copies of its rows, so that a row that is kept does not keep its batch in memory. */
function rowsOf(values: Float32Array, count: number): Float32Array<ArrayBuffer>[] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => new Float32Array(values.subarray(i * size, (i + 1) * size)));
}

/** Joins rows to a row-major `[length, …]`, filled up with zeros. */
function joined(rows: readonly Float32Array[], length: number): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(length * rows[0].length);
  rows.forEach((row, i) => whole.set(row, i * row.length));
  return whole;
}
