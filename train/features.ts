import type { Batch, Batches } from "../data/batches.ts";

/**
 * The same batches, of features in place of images: `[size, …]` as `features` makes them of images. Each film's are made
 * once, when it is shown first, and stay in memory. What `features` gets is of one size, the last batch padded.
 */
export function featureBatches(
  batches: Pick<Batches, "stream">,
  features: (images: Float32Array) => Promise<Float32Array>,
): Pick<Batches, "stream"> {
  const known = new Map<number, Pick<Batch, "images" | "targets">>();
  return {
    async *stream(order, { batchSize, pad = false, ahead }) {
      const missing = [...new Set(order)].filter((film) => !known.has(film));
      const coming = batches.stream(missing, { batchSize, ahead, pad: true });
      try {
        for (let position = 0; position < order.length; position += batchSize) {
          const films = order.slice(position, position + batchSize);
          while (films.some((film) => !known.has(film))) {
            const { value: batch } = await coming.next();
            if (!batch) throw new TypeError(`a film of ${films} did not come`);
            const made = await features(batch.images);
            const row = (values: Float32Array, i: number) =>
              new Float32Array(values.subarray(i * values.length / batchSize, (i + 1) * values.length / batchSize));
            batch.films.forEach((film, i) => known.set(film, { images: row(made, i), targets: row(batch.targets, i) }));
          }
          const rows = films.flatMap((film) => known.get(film) ?? []);
          const length = pad ? batchSize : films.length;
          const join = (parts: readonly Float32Array[]) => {
            const whole = new Float32Array(length * parts[0].length);
            parts.forEach((part, i) => whole.set(part, i * part.length));
            return whole;
          };
          yield {
            images: join(rows.map(({ images }) => images)),
            targets: join(rows.map(({ targets }) => targets)),
            films,
            size: films.length,
          };
        }
      } finally {
        await coming.return();
      }
    },
  };
}
