import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { mapValues } from "../map_values.ts";
import type { AdamSlot } from "../ops/adam.ts";
import type { Precision } from "../ops/precision.ts";
import { jit } from "../runtime/jit.ts";
import { bceWithLogits } from "./loss.ts";
import { update, type UpdateScalars } from "./optimizer.ts";

/** The tensors that a step overwrites. (Types and no interfaces, so that tfjs takes them for containers.) */
export type StepState = {
  /** All of the model's parameters, by path. */
  readonly weights: Weights;
  /** Adam's moments of the trainable ones, by path. */
  readonly means: Weights;
  readonly variances: Weights;
};

/** A batch, and what else a step depends on. */
export type StepInputs = UpdateScalars & {
  /** `[N, H, W, C]`, or what else the model takes. */
  readonly images: Tensor;
  /** 0 or 1, `[N, classes]`. */
  readonly targets: Tensor2D;
  /** Of dropout: int32 `[2]`. */
  readonly seed: Tensor1D;
};

/** What a step is, beside its model. */
export interface StepOptions {
  /** L2, added to the gradient. */
  readonly weightDecay: number;
  /** The learning rates of some parameters, by path, as multiples of the step's own. */
  readonly rates?: ReadonlyMap<string, number>;
  readonly precision?: Precision;
  /** Activations are computed again in the backward pass (see `Mode`). */
  readonly remat?: boolean;
  /** Whether XLA compiles the step on a GPU (see `JitOptions.xla`); dropout draws other numbers then. Not with `remat`. */
  readonly xla?: boolean;
}

/**
 * The training step of a model: `step(state, inputs)` → `[state, [loss, gradient norm, finite]]`. `finite` is 1, or 0
 * where the loss or a gradient was not and the state therefore stayed as it was.
 */
export function stepOf(model: Model, { weightDecay, rates, precision, remat }: StepOptions) {
  const trainable = model.parameters.filter((parameter) => parameter.trainable).map(({ path }) => path);
  const multiples = trainable.map((path) => rates?.get(path) ?? 1);
  return function trainStep(state: StepState, inputs: StepInputs): [StepState, tf.Tensor] {
    const { images, targets, seed } = inputs;
    const { weights, means, variances } = state;
    let statistics: Weights = {};
    const slots: AdamSlot[] = trainable.map((path) => ({
      value: weights[path],
      mean: means[path],
      variance: variances[path],
    }));
    const { value: loss, grads } = tf.valueAndGrads(() => {
      const applied = model.apply(weights, images, { training: true, precision, remat, seed });
      statistics = mapValues(applied.state, (statistic) => tf.keep(statistic));
      return tf.mean<Scalar>(bceWithLogits(applied.output, targets));
    })(slots.map(({ value }) => value));
    const updated = update(slots, grads, loss, inputs, { weightDecay, rates: multiples });
    const { finite } = updated;
    const settled = mapValues(statistics, (statistic, path) => tf.where(finite, statistic, weights[path]));
    tf.dispose({ ...statistics });
    const slotsByPath = (pick: (slot: AdamSlot) => tf.Tensor): Weights =>
      Object.fromEntries(trainable.map((path, index) => [path, pick(updated.slots[index])]));
    const next: StepState = {
      weights: { ...weights, ...slotsByPath(({ value }) => value), ...settled },
      means: slotsByPath(({ mean }) => mean),
      variances: slotsByPath(({ variance }) => variance),
    };
    return [next, tf.stack([loss, updated.norm, tf.cast(finite, "float32")])];
  };
}

/** The training step of a model, compiled; the state is donated. See {@linkcode stepOf}. */
export function compileStep(model: Model, options: StepOptions) {
  return jit(stepOf(model, options), { donate: [0], xla: options.xla });
}

/** A compiled training step. */
export type Step = ReturnType<typeof compileStep>;
