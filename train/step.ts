import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Precision } from "../ops/precision.ts";
import { jit, type JitFunction } from "../runtime/jit.ts";
import { mapValues } from "../map_values.ts";
import { type Loss, lossFunctions } from "./losses/losses.ts";
import type { OptimizedParameter } from "./optimizers/optimizer.ts";
import { type Optimizer, optimizerFunctions } from "./optimizers/optimizers.ts";
import { update } from "./optimizers/update.ts";
import { documentRecipe } from "./recipe.ts";

/** The tensors that a step overwrites. (Types and no interfaces, so that tfjs takes them for containers.) */
export type StepState = {
  /** All of the model's parameters, by path. */
  readonly weights: Weights;
  /** The optimizer's tensors of the trainable ones, by the name of the slot and the path: Adam has `means` and `variances`. */
  readonly slots: Readonly<Record<string, Weights>>;
};

/** A batch, and what else a step depends on. */
export type StepInputs = {
  /** `[N, H, W, C]`, or what else the model takes. */
  readonly images: Tensor;
  /** 0 or 1, `[N, classes]`. */
  readonly targets: Tensor2D;
  /** The seed of dropout: int32 `[2]`. */
  readonly seed: Tensor1D;
  /** The step's numbers; see `stepScalars`. */
  readonly scalars: Readonly<Record<string, Scalar>>;
};

/** What a step is, beside its model. */
export interface StepOptions {
  /** What is minimized; the document's loss by default. */
  readonly loss?: Loss;
  /** How gradients become updates; the document's optimizer by default. */
  readonly optimizer?: Optimizer;
  /** The learning rates of some parameters, by path, as multiples of the step's own. */
  readonly rates?: ReadonlyMap<string, number>;
  /** What the step computes in; float32 by default. */
  readonly precision?: Precision;
  /** Activations are computed again in the backward pass (see `Mode`). */
  readonly remat?: boolean;
  /** On a GPU, XLA compiles the step as a whole (see `JitOptions.xla`); dropout draws other numbers then. Not with `remat`. */
  readonly xla?: boolean;
}

/**
 * The training step of a model: `step(state, inputs)` → `[state, [loss, gradient norm, finite]]`. `finite` is 1, or 0
 * where the loss or a gradient was not and the state therefore stayed as it was.
 */
export function stepOf(
  model: Model,
  { loss = documentRecipe.loss, optimizer = documentRecipe.optimizer, rates, precision, remat }: StepOptions = {},
): (state: StepState, inputs: StepInputs) => [StepState, tf.Tensor] {
  const { perExample } = lossFunctions(loss), { slots: names } = optimizerFunctions(optimizer);
  const trainable = model.parameters.filter((parameter) => parameter.trainable).map(({ path }) => path);
  const multiples = trainable.map((path) => rates?.get(path) ?? 1);
  return function trainStep(state, { images, targets, seed, scalars }) {
    const { weights, slots } = state;
    let statistics: Weights = {};
    const parameters = trainable.map((path): OptimizedParameter => ({
      value: weights[path],
      slots: Object.fromEntries(names.map((name) => [name, slots[name][path]])),
    }));
    const { value, grads } = tf.valueAndGrads(() => {
      const applied = model.apply(weights, images, { training: true, precision, remat, seed });
      statistics = mapValues(applied.state, (statistic) => tf.keep(statistic));
      return tf.mean<Scalar>(perExample(applied.output, targets));
    })(parameters.map(({ value }) => value));
    const { parameters: updated, norm, finite } = update(parameters, grads, value, scalars, {
      optimizer,
      rates: multiples,
    });
    const settled = mapValues(statistics, (statistic, path) => tf.where(finite, statistic, weights[path]));
    tf.dispose({ ...statistics });
    const byPath = (pick: (parameter: OptimizedParameter) => tf.Tensor): Weights =>
      Object.fromEntries(trainable.map((path, index) => [path, pick(updated[index])]));
    const next: StepState = {
      weights: { ...weights, ...byPath(({ value }) => value), ...settled },
      slots: Object.fromEntries(names.map((name) => [name, byPath(({ slots }) => slots[name])])),
    };
    return [next, tf.stack([value, norm, tf.cast(finite, "float32")])];
  };
}

/** The training step of a model, compiled; the state is donated. See {@linkcode stepOf}. */
export function compileStep(model: Model, options: StepOptions = {}): Step {
  return jit(stepOf(model, options), { donate: [0], xla: options.xla });
}

/** A compiled training step. */
export type Step = JitFunction<[StepState, StepInputs], [StepState, tf.Tensor]>;
