import type { Precision } from "../ops/precision.ts";

/** What a runner does. The bench sends it as JSON, with the runner's own options beside these fields. */
export interface Job {
  readonly kind: "train" | "films" | "inference" | "layer";
  readonly model: string;
  readonly batchSize: number;
  readonly precision: Precision;
  readonly threads: number;
  readonly classes: number;
  /** Height and width of the images, which have one channel. */
  readonly size: number;
  readonly learningRate: number;
  /** Weight decay as L2, added to the gradient. */
  readonly weightDecay: number;
  /** Gradients are clipped to this global norm. */
  readonly maxNorm: number;
  /** Whether the backward pass recomputes activations, for a runner that can. */
  readonly remat?: boolean;
  /** The variant to run, for a runner that has several. */
  readonly form?: string;
}

/** The task and the recipe that all runners share. */
export const task = {
  classes: 15,
  size: 224,
  learningRate: 5e-5,
  weightDecay: 1e-4,
  maxNorm: 1,
} as const;
