import { nihLabels, noFindingName } from "./labels.ts";

/** What a film is normal by: its label No Finding, or that no finding is marked. */
export type NormalBy = typeof noFindingName | "no finding marked";

const findings = new Set(nihLabels.filter((label) => label !== noFindingName));

/**
 * What a film is normal by, under these labels. No Finding is taken as given where the labels have it. Without it, a film is
 * normal where no finding is marked, but only if the labels are all that were looked for: exactly NIH's 14 findings, in any
 * order. Under any other labels a film without one may be abnormal in a way that has no label: unknown, `null`.
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

/** Films as the samplers take them. */
export interface SampledClasses {
  /** Each film's classes, ascending. */
  readonly films: readonly (readonly number[])[];
  readonly classes: number;
  /** The class of normal films; −1 where there is none. */
  readonly noFinding: number;
}

/**
 * The classes that films of given labels are drawn by: the labels. Where films are normal by no finding marked, those are a
 * class of their own behind the labels, which is where No Finding stands among NIH's 15: the same films come in the same order.
 */
export function sampledClasses(films: readonly (readonly number[])[], labels: readonly string[]): SampledClasses {
  const { length } = labels;
  if (normalBy(labels) !== "no finding marked") {
    return { films, classes: length, noFinding: labels.indexOf(noFindingName) };
  }
  return { films: films.map((its) => its.length === 0 ? [length] : its), classes: length + 1, noFinding: length };
}
