import { createPart, partFields, type PartKind } from "../parts.ts";
import type { EarlyStopFunctions, StopFacts } from "./early_stop.ts";

/** The early stop {@linkcode earlyStop}. */
export interface Patience {
  /** The name of its kind. */
  readonly type: "patience";
  /** How many epochs may pass without a lower validation loss. */
  readonly patience: number;
  /** Training stops where the schedule has lowered the learning rate below this. */
  readonly minLearningRate: number;
}

/**
 * Stops training after `patience` epochs without a lower validation loss, or where the schedule has lowered every learning rate
 * below `minLearningRate`. A rate that is as small from the start stops nothing. The defaults are the document's, 10 and 1e-6.
 *
 * @throws {UserError} one line that names a wrong field
 */
export function earlyStop(options: Partial<Omit<Patience, "type">> = {}): Patience {
  return createPart("patience", patienceKind, options);
}

const { count, nonNegative } = partFields;

/** The table's row for {@linkcode earlyStop}. */
export const patienceKind: PartKind<Patience, EarlyStopFunctions> = {
  fields: { patience: count(10), minLearningRate: nonNegative(1e-6) },
  functions: (stop) => ({
    decide(facts) {
      if (facts.epoch - facts.best.epoch >= stop.patience) {
        return {
          ending: "no improvement",
          reason: `The validation loss has not improved in ${stop.patience} epochs`,
        };
      }
      if (!hasRunOut(facts, stop.minLearningRate)) return undefined;
      return { ending: "learning rate", reason: `The learning rate fell below ${stop.minLearningRate}` };
    },
  }),
};

function hasRunOut({ learningRate, initialLearningRate, greatestMultiple }: StopFacts, least: number): boolean {
  return learningRate < initialLearningRate && learningRate * greatestMultiple < least;
}
