import { noFindingName } from "../data/labels.ts";
import type { TestResult } from "./result.ts";

/** What warnings depend on beside the numbers. */
export interface Facts {
  /** Whether the films are synthetic. */
  readonly synthetic: boolean;
  /** Further warnings of the caller, a sentence each. */
  readonly caveats: readonly string[];
  /** Whether every film has the same logit of No Finding, or the same greatest logit. */
  readonly constant: boolean;
  /** How many films are marked No Finding and something else. */
  readonly contradictory: number;
}

/** With fewer films of a kind than this, one film moves the rate by more than three points. */
const few = 30;

/** Says why the numbers of a test may mean less than they seem to, a sentence each, the gravest first. */
export function warn(result: Omit<TestResult, "warnings">, facts: Facts): string[] {
  const warnings: string[] = [];
  if (facts.synthetic) {
    warnings.push("These films are synthetic: the numbers say nothing about real chest X-rays.");
  }
  warnings.push(...facts.caveats);
  if (result.n === 0) return [...warnings, "There are no films in this split: nothing was tested."];
  if (result.counts && result.confusion && result.baselines) {
    warnings.push(...warnOfKinds(result.counts), ...warnOfCalls(result, facts));
  } else {
    warnings.push(
      `There is no label ${noFindingName}, and the labels are not NIH's 14 findings, so a film without a label may be abnormal: ` +
        "accuracy, disease recall and all that rests on them are undefined.",
    );
  }
  if (facts.contradictory > 0) {
    const [films, are, count] = facts.contradictory === 1
      ? ["film", "is", "it counts"]
      : ["films", "are", "they count"];
    warnings.push(
      `${facts.contradictory} ${films} ${are} marked ${noFindingName} and a finding at once; ${count} as normal.`,
    );
  }
  const unranked = result.labels.filter(({ auroc }) => auroc === null).map(({ label }) => label);
  if (unranked.length > 0 && result.labels.length > unranked.length) {
    warnings.push(`AUROC and AP are undefined where all films agree: ${unranked.join(", ")}.`);
  }
  return warnings;
}

function warnOfKinds({ normal, abnormal }: { normal: number; abnormal: number }): string[] {
  if (normal === 0) {
    return ["No film is normal: accuracy equals disease recall, and always answering abnormal gets 100."];
  }
  if (abnormal === 0) {
    return ["No film is abnormal: disease recall is undefined, and always answering normal gets 100."];
  }
  return [[normal, "normal", "specificity"] as const, [abnormal, "abnormal", "disease recall"] as const]
    .filter(([count]) => count < few)
    .map(([count, kind, rate]) =>
      `Only ${count} ${count === 1 ? "film is" : "films are"} ${kind}: one film more or less right moves ${rate} by ` +
      `${(100 / count).toFixed(1)} points.`
    );
}

function warnOfCalls(
  { n, counts, normalBy, accuracy, confusion, baselines, auroc }: Omit<TestResult, "warnings">,
  { constant }: Facts,
): string[] {
  if (!counts || !confusion || !baselines || accuracy === null) return [];
  const warnings: string[] = [];
  const calledNormal = confusion.tn + confusion.fn;
  const mixed = counts.normal > 0 && counts.abnormal > 0;
  if (constant) {
    warnings.push(
      normalBy === noFindingName
        ? `The model gives every film the same probability of ${noFindingName}: it tells no film from another.`
        : "The greatest probability of a finding is the same for every film: by it the model tells no film from another.",
    );
  } else if (n > 1 && calledNormal === 0) {
    warnings.push(
      "The model calls every film abnormal" +
        (mixed ? ": disease recall 100 comes with specificity 0." : "."),
    );
  } else if (n > 1 && calledNormal === n) {
    warnings.push(
      "The model calls every film normal" +
        (mixed ? ": specificity 100 comes with disease recall 0." : "."),
    );
  }
  const [best, answer] = counts.abnormal >= counts.normal
    ? [baselines.alwaysAbnormal.accuracy ?? 0, "abnormal"]
    : [baselines.alwaysNormal.accuracy ?? 0, "normal"];
  if (mixed && accuracy <= best) {
    warnings.push(
      `Accuracy ${percent(accuracy)} is not above always answering ${answer} (${percent(best)}): it shows no skill.`,
    );
  }
  if (auroc !== null && auroc < 0.5) {
    warnings.push(`AUROC ${auroc.toFixed(4)} is below 0.5: the model ranks normal films as the more abnormal ones.`);
  }
  return warnings;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(3);
}
