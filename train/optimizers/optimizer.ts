import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Clipping } from "../clipping/clippings.ts";

/** Where training is when a step is taken. */
export interface StepPosition {
  /** The step, from 1. */
  readonly step: number;
  /** The epoch, from 1. */
  readonly epoch: number;
  /** The learning rate of the step. */
  readonly learningRate: number;
}

/** A trainable parameter and what the optimizer keeps of it, all of one shape. */
export interface OptimizedParameter {
  /** The parameter's value. */
  readonly value: Tensor;
  /** The optimizer's tensors by the names of its `slots`. */
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** What an update of one parameter goes by, beside its gradient. */
export interface UpdateInputs {
  /** The step's numbers, for the learning rate of this parameter. */
  readonly scalars: Readonly<Record<string, Scalar>>;
  /** The factor by which the gradient is multiplied first: clipping. */
  readonly scale: Scalar;
  /** A bool scalar: where it is false the parameter and its slots must stay as they were. */
  readonly enabled: Tensor;
}

/** What an optimizer does. */
export interface OptimizerFunctions {
  /** The names of the tensors that it keeps of each trainable parameter; they begin at zero. */
  readonly slots: readonly string[];
  /** The names of those that are never below 0: a file that says otherwise is damaged. */
  readonly nonNegativeSlots?: readonly string[];
  /** The step's numbers, computed in float64; in the traced step each is a scalar. */
  readonly scalars: (at: StepPosition) => Readonly<Record<string, number>>;
  /** The names of those that are proportional to the learning rate: parameters with a rate of their own get a multiple. */
  readonly perRate: readonly string[];
  /** One update of a parameter. What it returns in place of a tensor takes that tensor's memory. */
  readonly update: (parameter: OptimizedParameter, gradient: Tensor, inputs: UpdateInputs) => OptimizedParameter;
}

/** What every optimizer of a recipe says. */
export interface OptimizerSettings {
  /** The learning rate that the schedule begins with. */
  readonly learningRate: number;
  /** How gradients are clipped; null where they are not. */
  readonly clip: Clipping | null;
}
