import { csvLine } from "../formats/csv.ts";
import type { Predictions } from "./predictions.ts";
import { shortFloat32 } from "./short_float32.ts";
import { sigmoid } from "./sigmoid.ts";

/** Options of {@linkcode predictionsCsv}: row i of the predictions is film i. */
export interface PredictionsCsvInput extends Predictions {
  readonly images: readonly string[];
  /** The patient of each film; without them the column is empty. */
  readonly patients?: readonly string[];
  /** The split of all films, or of each. */
  readonly split: string | readonly string[];
}

/**
 * Writes `predictions.csv`, from which every figure can be computed: `image,patient,split`, then `y_LABEL` (0 or 1), `p_LABEL` and
 * `logit_LABEL` for each label. Fields are quoted as in RFC 4180, lines end in `\n`. Numbers have as many digits as identify them (nine at
 * most for float32), so ties and order are preserved.
 */
export function predictionsCsv(input: PredictionsCsvInput): string {
  const { images, patients, split, labels, logits, targets } = input;
  const cells = images.length * labels.length;
  const perFilm = [patients, typeof split === "string" ? undefined : split];
  if (perFilm.some((column) => column && column.length !== images.length)) {
    throw new TypeError(`predictions: there is not one patient and one split for each of ${images.length} films`);
  }
  if (logits.length !== cells || targets.length !== cells) {
    throw new TypeError(
      `predictions: ${logits.length} logits and ${targets.length} targets ` +
        `do not go with ${images.length} films and ${labels.length} labels`,
    );
  }
  const digits = logits instanceof Float32Array ? shortFloat32 : String;
  const header = labels.flatMap((label) => [`y_${label}`, `p_${label}`, `logit_${label}`]);
  const lines = [csvLine(["image", "patient", "split", ...header])];
  for (const [i, image] of images.entries()) {
    const line = [image, patients?.[i] ?? "", typeof split === "string" ? split : split[i] ?? ""];
    for (let k = i * labels.length; k < (i + 1) * labels.length; k++) {
      const logit = logits[k] ?? NaN;
      line.push(String(targets[k]), String(sigmoid(logit)), digits(logit));
    }
    lines.push(csvLine(line));
  }
  return lines.join("");
}
