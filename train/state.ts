import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Shape } from "../dsl/shape.ts";
import { filled } from "../ops/filled.ts";
import type { Plateau } from "./schedule.ts";
import type { StepState } from "./step.ts";

/** How far a run is: the part of its state that is no tensor. */
export interface Progress {
  /** Steps taken: Adam's t. */
  readonly step: number;
  /** Epochs finished: the sampler's position. */
  readonly epoch: number;
  readonly plateau: Plateau;
  /** The epoch of the lowest validation loss so far; null before the first. */
  readonly best: { readonly epoch: number; readonly loss: number } | null;
  /** The validation loss of the last finished epoch; absent before the first, and in states that an earlier version wrote. */
  readonly validationLoss?: number;
}

/** Everything that training changes. A step and an epoch take one and give the next; a checkpoint is one written down. */
export interface TrainState {
  readonly tensors: StepState;
  readonly progress: Progress;
}

/** The state before the first step: the given weights, and moments of zero. */
export function initialState(model: Model, weights: Weights, learningRate: number): TrainState {
  const zeros = () =>
    Object.fromEntries(
      model.parameters.filter(({ trainable }) => trainable).map(({ path, shape }) => [path, zerosOf(shape)]),
    );
  return {
    tensors: { weights, means: zeros(), variances: zeros() },
    progress: { step: 0, epoch: 0, plateau: { learningRate, best: null, badEpochs: 0 }, best: null },
  };
}

const zerosOf = (shape: Shape) => filled(shape, (values) => void values.fill(0));

/** Epochs since the lowest validation loss. */
export function epochsWithoutImprovement({ epoch, best }: Progress): number {
  return best ? epoch - best.epoch : epoch;
}
