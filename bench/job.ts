import type { Precision } from "../ops/precision.ts";

/** What an arm is to do, on either side of the protocol; an arm's own options come with it. */
export interface Job {
  readonly kind: "train" | "films" | "inference" | "layer";
  readonly model: string;
  readonly batchSize: number;
  readonly precision: Precision;
  readonly threads: number;
  readonly classes: number;
  /** Images are size × size, of one channel. */
  readonly size: number;
  readonly learningRate: number;
  /** L2, added to the gradient. */
  readonly weightDecay: number;
  /** To which gradients are clipped. */
  readonly maxNorm: number;
  /** Whether activations are computed again in the backward pass, where an arm's program can. */
  readonly remat?: boolean;
  /** Which of several ways, where an arm's program knows more than one. */
  readonly form?: string;
}

/** The task and the recipe that all arms share: that of the README. */
export const task = {
  classes: 15,
  size: 224,
  learningRate: 5e-5,
  weightDecay: 1e-4,
  maxNorm: 1,
} as const;
