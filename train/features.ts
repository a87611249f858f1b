import type { Batch, Batches } from "../data/batches.ts";

/** A film's row of a batch. */
type Film = Pick<Batch, "images" | "targets">;

/**
 * The same batches, of features in place of images: `[size, …]` as `features` makes them of images. Each film's are made
 * once, when it is shown first, and stay in memory. What `features` gets is of one size, the last batch padded.
 */
export function featureBatches(
  batches: Pick<Batches, "stream">,
  features: (images: Float32Array) => Promise<Float32Array>,
): Pick<Batches, "stream"> {
  const known = new Map<number, Film>();
  return {
    async *stream(order, { batchSize, pad = false, ahead }) {
      const missing = [...new Set(order)].filter((film) => !known.has(film));
      const coming = batches.stream(missing, { batchSize, ahead, pad: true });
      try {
        for (let position = 0; position < order.length; position += batchSize) {
          const films = order.slice(position, position + batchSize);
          while (films.some((film) => !known.has(film))) {
            const { value: batch } = await coming.next();
            if (!batch) throw new TypeError(`the batches end before film ${films.find((film) => !known.has(film))}`);
            const images = rowsOf(await features(batch.images), batchSize), targets = rowsOf(batch.targets, batchSize);
            batch.films.forEach((film, i) => known.set(film, { images: images[i], targets: targets[i] }));
          }
          const rows = films.flatMap((film) => known.get(film) ?? []), length = pad ? batchSize : films.length;
          const images = joined(rows.map(({ images }) => images), length);
          const targets = joined(rows.map(({ targets }) => targets), length);
          yield { images, targets, films, size: films.length };
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
