import { nihLabels, noFindingName } from "./labels.ts";

/** What makes a film normal: its label No Finding, or that no finding is marked. */
export type NormalBy = typeof noFindingName | "no finding marked";

const findings = new Set(nihLabels.filter((label) => label !== noFindingName));

/**
 * Says what makes a film normal under these labels. Where No Finding is a label, that label decides. Without it, a film is normal
 * where no finding is marked, but only if the labels are all that was looked for: exactly NIH's 14 findings, in any order. Under
 * other labels a film without one may be abnormal in a way that has no label, so the result is `null`, unknown.
 *
 * @example
 * ```ts
 * import { normalBy } from "./normal.ts";
 * console.assert(normalBy(["Mass", "No Finding"]) === "No Finding" && normalBy(["Mass"]) === null);
 * ```
 */
export function normalBy(labels: readonly string[]): NormalBy | null {
  if (labels.includes(noFindingName)) return noFindingName;
  return labels.length === findings.size && findings.isSubsetOf(new Set(labels)) ? "no finding marked" : null;
}
