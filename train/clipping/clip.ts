import type { Scalar } from "@tensorflow/tfjs-core";

/** What clipping does: one factor for all gradients of a step. */
export interface ClippingFunctions {
  /** The step's numbers; in the traced step each is a scalar. Epochs and steps count from 1. */
  readonly scalars: (at: { readonly step: number; readonly epoch: number }) => Readonly<Record<string, number>>;
  /** The factor by which every gradient is multiplied, from the global norm of all and the step's numbers. */
  readonly scale: (norm: Scalar, scalars: Readonly<Record<string, Scalar>>) => Scalar;
}
