import { sigmoid } from "../sigmoid.ts";
import type { PredictionWriter, WriterOptions } from "./writer.ts";

/** A JSON document a line, `{input, logits, probabilities}`, as each film's answer comes. */
export function jsonlWriter({ write }: Pick<WriterOptions, "write">): PredictionWriter {
  return {
    async film({ name, logits }) {
      const row = { input: name, logits: [...logits], probabilities: Array.from(logits, sigmoid) };
      await write(`${JSON.stringify(row)}\n`);
    },
    end: () => Promise.resolve(),
  };
}
