import { printable } from "../../errors.ts";
import { sigmoid } from "../sigmoid.ts";
import { alignColumns } from "../../text_table.ts";
import { verdict } from "../verdict.ts";
import type { PredictionWriter, WriterOptions } from "./writer.ts";

/** Writes text for people: the film, the verdict if the labels allow one, and the labels by probability, highest first. */
export function textWriter({ labels, write }: Pick<WriterOptions, "labels" | "write">): PredictionWriter {
  return {
    async film({ name, logits }) {
      const ranked = labels.map((label, i) => ({ label, logit: logits[i] ?? NaN })).sort((a, b) => b.logit - a.logit);
      const rows = ranked.map(({ label, logit }) => [printable(label), sigmoid(logit).toFixed(4)]);
      const called = verdict(labels, logits);
      const lines = [printable(name), ...(called === undefined ? [] : [`  ${called}`]), ...alignColumns(rows), ""];
      await write(`${lines.join("\n")}\n`);
    },
    end: () => Promise.resolve(),
  };
}
