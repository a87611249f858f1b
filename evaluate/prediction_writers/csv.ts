import { csvLine } from "../../formats/csv.ts";
import { shortFloat32 } from "../short_float32.ts";
import { sigmoid } from "../sigmoid.ts";
import type { PredictionWriter, WriterOptions } from "./writer.ts";

/** Writes CSV: `input`, then `p_LABEL` and `logit_LABEL` of each label. The header comes with the first film. */
export function csvWriter({ labels, write }: Pick<WriterOptions, "labels" | "write">): PredictionWriter {
  let header = csvLine(["input", ...labels.flatMap((label) => [`p_${label}`, `logit_${label}`])]);
  return {
    async film({ name, logits }) {
      const cells = [...logits].flatMap((logit) => [String(sigmoid(logit)), shortFloat32(logit)]);
      await write(header + csvLine([name, ...cells]));
      header = "";
    },
    end: () => Promise.resolve(),
  };
}
