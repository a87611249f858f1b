/** The norm to which gradients are clipped in an epoch, from 1: 1 in the first eleven, then 0.1 more each, up to 5. */
export function clipThreshold(epoch: number): number {
  return Math.min(1 + 0.1 * Math.max(0, epoch - 11), 5);
}

/** Where the learning rate stands between epochs, and what it waits for. */
export interface Plateau {
  readonly learningRate: number;
  /** The lowest validation loss that counted as an improvement; null before the first. */
  readonly best: number | null;
  /** Epochs since then. */
  readonly badEpochs: number;
}

/** Training ends where the schedule has lowered the rate below this. */
export const leastLearningRate = 1e-6;

/**
 * Whether the schedule has lowered the rates so far that training ends. Rates that are as small from the start are what the
 * user wants. `multiple` is that of the greatest rate: `--lr-for` may give some parameters more than `initial`.
 */
export function hasRunOut({ learningRate }: Plateau, initial: number, multiple = 1): boolean {
  return learningRate < initial && learningRate * multiple < leastLearningRate;
}

/**
 * PyTorch's `ReduceLROnPlateau(factor=0.5, patience=3)`: halves the rate when more than three epochs in a row did not
 * lower the validation loss by a ten-thousandth of the best.
 */
export function reduceOnPlateau({ learningRate, best, badEpochs }: Plateau, loss: number): Plateau {
  if (best === null || loss < best * (1 - 1e-4)) return { learningRate, best: loss, badEpochs: 0 };
  if (badEpochs < 3) return { learningRate, best, badEpochs: badEpochs + 1 };
  return { learningRate: learningRate / 2, best, badEpochs: 0 };
}
