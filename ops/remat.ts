import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { withControlDependency } from "./control_dependency.ts";

/**
 * Computes `fn([...variables, ...constants])` and keeps nothing but these tensors for the backward pass, which computes
 * `fn` again once its gradient is there (Chen et al. 2016; `jax.checkpoint`). `fn` must be pure and have a gradient for
 * each of the variables.
 */
export function remat(
  fn: (tensors: readonly Tensor[]) => Tensor,
  variables: readonly Tensor[],
  constants: readonly Tensor[] = [],
): Tensor {
  const run = (tensors: readonly Tensor[]) => {
    const y = fn(tensors);
    return tensors.includes(y) ? y.clone() : y;
  };
  return tf.customGrad((...args) => {
    const save = args.at(-1);
    if (typeof save !== "function") throw new TypeError("customGrad passes a function that saves");
    const tensors = [...variables, ...constants];
    save(tensors);
    return {
      value: run(tensors),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const again = saved.map((tensor) => withControlDependency(tensor, dy));
        const rest = again.splice(variables.length);
        return withSeparateTape(() => tf.grads((...again) => run([...again, ...rest]))(again, dy));
      },
    };
  })(...variables);
}

/** Runs `body` and restores tfjs's only tape, which a gradient inside of a backward pass would remove. */
function withSeparateTape<R>(body: () => R): R {
  const { state } = tf.engine(), { activeTape } = state;
  try {
    return body();
  } finally {
    state.activeTape = activeTape;
  }
}
