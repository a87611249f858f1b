import { UserError } from "../errors.ts";

/**
 * Makes sure that logits, row-major `[n, classes]`, are finite: NaN and infinity cannot be ranked, and JSON cannot hold them. `nameOf` names
 * a film and label by row and column.
 *
 * @throws {UserError} exit status 1, that names the first film and label whose logit is not finite
 */
export function checkLogits(
  logits: Float32Array,
  classes: number,
  nameOf: (row: number, column: number) => string,
): void {
  const at = logits.findIndex((logit) => !Number.isFinite(logit));
  if (at < 0) return;
  const name = nameOf(Math.floor(at / classes), at % classes);
  throw new UserError(`the model gives ${logits[at]} for ${name}, which is not a finite number`, {
    remedy: "The weights, or the values of the film, are too large for float32",
    exitStatus: 1,
  });
}
