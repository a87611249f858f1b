import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";

/** What a loss does. */
export interface LossFunctions {
  /**
   * The loss of each example: logits `[N, C]` and targets `[N, C]` of 0 and 1 → `[N]`. Training minimizes the mean over the
   * batch; validation averages the same values.
   */
  readonly perExample: (logits: Tensor, targets: Tensor) => Tensor1D;
  /**
   * The loss of one logit in float64, where `perExample` is its mean over the classes and the best constant prediction is each
   * label's share. The losses that a run compares itself with are computed by it; without it they are not told.
   */
  readonly ofLogit?: (logit: number, target: number) => number;
}
