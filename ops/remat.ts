import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { after } from "./after.ts";

/**
 * `fn([...variables, ...constants])`, of which nothing but these tensors is kept for the way back: there it is computed again, once
 * the gradient has come (Chen et al. 2016; jax.checkpoint). `fn` is pure, and has a gradient by each of the variables.
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
    if (typeof save !== "function") throw new TypeError("customGrad hands over what saves");
    const tensors = [...variables, ...constants];
    save(tensors);
    return {
      value: run(tensors),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const again = saved.map((tensor) => after(tensor, dy));
        const rest = again.splice(variables.length);
        return onTapeOfItsOwn(() => tf.grads((...again) => run([...again, ...rest]))(again, dy));
      },
    };
  })(...variables);
}

/** tfjs has one tape, and a gradient inside of a gradient's way back would take it away. */
function onTapeOfItsOwn<R>(body: () => R): R {
  const { state } = tf.engine(), { activeTape } = state;
  try {
    return body();
  } finally {
    state.activeTape = activeTape;
  }
}
