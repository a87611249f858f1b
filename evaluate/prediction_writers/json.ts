import { sigmoid } from "../sigmoid.ts";
import type { PredictionWriter, WriterOptions } from "./writer.ts";

/**
 * Writes one JSON document, `{model, labels, inputs, logits, probabilities, failed}`. It is written at the end, so that it is whole or not
 * there; until then memory holds the logits, 4 bytes each.
 */
export function jsonWriter({ model, labels, count, write }: WriterOptions): PredictionWriter {
  const inputs: string[] = [], classes = labels.length;
  const logits = new Float32Array(count * classes); // the system provides memory as it is written to
  const rows = (valueOf: (logit: number) => number) => (_: string, film: number) =>
    Array.from(logits.subarray(film * classes, (film + 1) * classes), valueOf);
  return {
    film({ name, logits: its }) {
      logits.set(its, inputs.length * classes);
      inputs.push(name);
      return Promise.resolve();
    },
    async end(failed) {
      await write(`{\n  "model": ${JSON.stringify(model)},\n  "labels": ${JSON.stringify(labels)}`);
      await writeList("inputs", inputs, (input) => input);
      await writeList("logits", inputs, rows((logit) => logit));
      await writeList("probabilities", inputs, rows(sigmoid));
      await writeList("failed", failed, (film) => film);
      await write("\n}\n");
    },
  };

  /** Writes a field with one item a line. */
  async function writeList<T>(name: string, items: readonly T[], valueOf: (item: T, i: number) => unknown) {
    await write(`,\n  "${name}": [`);
    for (const [i, item] of items.entries()) {
      await write(`${i === 0 ? "" : ","}\n    ${JSON.stringify(valueOf(item, i))}`);
    }
    await write(items.length === 0 ? "]" : "\n  ]");
  }
}
