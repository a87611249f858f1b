import { noFindingName } from "../labels.ts";
import { normalBy } from "../normal.ts";

/** Films as the samplers take them. */
export interface SampledClasses {
  /** Each film's classes, ascending. */
  readonly films: readonly (readonly number[])[];
  /** Number of classes. */
  readonly classes: number;
  /** The class of normal films; −1 where there is none. */
  readonly noFinding: number;
}

/**
 * Turns films' labels into the classes that samplers draw by: the labels themselves. Where films are normal because no finding is
 * marked, the normal films get a class of their own after the labels. That is where No Finding stands among NIH's 15 labels, so
 * the same films come in the same order with and without it.
 */
export function sampledClasses(films: readonly (readonly number[])[], labels: readonly string[]): SampledClasses {
  const { length } = labels;
  if (normalBy(labels) !== "no finding marked") {
    return { films, classes: length, noFinding: labels.indexOf(noFindingName) };
  }
  return {
    films: films.map((classes) => classes.length === 0 ? [length] : classes),
    classes: length + 1,
    noFinding: length,
  };
}
