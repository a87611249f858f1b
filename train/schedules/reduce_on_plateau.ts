import { createPart, partFields, type PartKind } from "../parts.ts";
import type { ScheduleFunctions, ScheduleState } from "./schedule.ts";

/** The schedule {@linkcode reduceOnPlateau}. */
export interface ReduceOnPlateau {
  /** The name of its kind. */
  readonly type: "reduceOnPlateau";
  /** What the learning rate is multiplied by. */
  readonly factor: number;
  /** How many epochs in a row may pass without improvement. */
  readonly patience: number;
  /** By how much, relative to the lowest loss, a loss must be lower to count as an improvement. */
  readonly threshold: number;
}

/** Where the learning rate stands between epochs, and what it waits for. */
export interface Plateau extends ScheduleState {
  /** The lowest validation loss that counted as an improvement; null before the first. */
  readonly best: number | null;
  /** Epochs since then. */
  readonly badEpochs: number;
}

/**
 * Reduces the learning rate when more than `patience` epochs in a row did not lower the validation loss, as PyTorch's
 * `ReduceLROnPlateau`. The defaults are the document's: the rate halves after more than three epochs without a loss that is lower
 * by a ten-thousandth of the lowest.
 *
 * @throws {UserError} one line that names a wrong field
 */
export function reduceOnPlateau(options: Partial<Omit<ReduceOnPlateau, "type">> = {}): ReduceOnPlateau {
  return createPart("reduceOnPlateau", reduceOnPlateauKind, options);
}

const { fraction, whole } = partFields;

/** The table's row for {@linkcode reduceOnPlateau}. */
export const reduceOnPlateauKind: PartKind<ReduceOnPlateau, ScheduleFunctions<Plateau>> = {
  fields: { factor: fraction(0.5), patience: whole(3), threshold: fraction(1e-4) },
  functions: ({ factor, patience, threshold }) => ({
    begin: (learningRate) => ({ learningRate, best: null, badEpochs: 0 }),
    afterEpoch({ learningRate, best, badEpochs }, { validationLoss: loss }) {
      if (best === null || loss < best * (1 - threshold)) return { learningRate, best: loss, badEpochs: 0 };
      if (badEpochs < patience) return { learningRate, best, badEpochs: badEpochs + 1 };
      return { learningRate: learningRate * factor, best, badEpochs: 0 };
    },
  }),
};
