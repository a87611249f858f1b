/** Predictions and truth, row-major `[n, labels.length]`. */
export interface Predictions {
  /** The names of the outputs. */
  readonly labels: readonly string[];
  /** The model's outputs: logits rank films where probabilities near 1 are the same float. */
  readonly logits: Float32Array | Float64Array;
  /** 0 or 1. */
  readonly targets: ArrayLike<number>;
}
