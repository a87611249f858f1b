import { noFindingName } from "../data/labels.ts";
import { normalBy } from "../data/normal.ts";
import { defaultThreshold, findAbnormal } from "./abnormal.ts";

/**
 * Says in a line whether logits call a film normal or abnormal, and by which rule: see {@linkcode findAbnormal}. Undefined if the labels
 * cannot tell what is normal.
 *
 * @example
 * ```ts
 * import { verdict } from "@thorax/thorax";
 * console.assert(verdict(["Mass", "No Finding"], Float32Array.of(-3, 2)) === "normal: p(No Finding) ≥ 0.5");
 * console.assert(verdict(["Mass"], Float32Array.of(3)) === undefined);
 * ```
 */
export function verdict(
  labels: readonly string[],
  logits: Float32Array,
  threshold = defaultThreshold,
): string | undefined {
  const by = normalBy(labels);
  if (by === null) return undefined;
  const unknown = new Uint8Array(labels.length);
  const { called: [abnormal] } = findAbnormal({ labels, logits, targets: unknown }, { normalBy: by, threshold });
  if (by === noFindingName) {
    const p = `p(${noFindingName})`;
    return abnormal ? `abnormal: ${p} < ${threshold}` : `normal: ${p} ≥ ${threshold}`;
  }
  return abnormal ? `abnormal: a finding has p > ${threshold}` : `normal: no finding has p > ${threshold}`;
}
