/** What an early stop is decided by, after an epoch. */
export interface StopFacts {
  /** Epochs finished. */
  readonly epoch: number;
  /** The epoch of the lowest validation loss, and that loss. */
  readonly best: { readonly epoch: number; readonly loss: number };
  /** The learning rate that the schedule began with. */
  readonly initialLearningRate: number;
  /** The learning rate that the schedule is at. */
  readonly learningRate: number;
  /** The greatest rate that some parameter has, as a multiple of the learning rate. */
  readonly greatestMultiple: number;
}

/** Why training stops early. */
export interface Stop {
  /** The kind of the end; one of your own is `early stop`. */
  readonly ending: "no improvement" | "learning rate" | "early stop";
  /** One sentence for people, without its period. */
  readonly reason: string;
}

/** What an early stop does. */
export interface EarlyStopFunctions {
  /** Why training stops after this epoch; undefined where it goes on. */
  readonly decide: (facts: StopFacts) => Stop | undefined;
}
