import { sigmoid } from "../sigmoid.ts";
import type { PredictionWriter, WriterOptions } from "./writer.ts";

/** Writes a JSON document for each film, one a line, as they come: `{input, logits, probabilities}`. */
export function jsonlWriter({ write }: Pick<WriterOptions, "write">): PredictionWriter {
  return {
    async film({ name, logits }) {
      const row = { input: name, logits: [...logits], probabilities: Array.from(logits, sigmoid) };
      await write(`${JSON.stringify(row)}\n`);
    },
    end: () => Promise.resolve(),
  };
}
