/** For tests: how often a model is traced. */
import type { Model } from "../dsl/compile/compile.ts";

/** The same model, and how often it was called: once for each trace, of training (`apply`) and of inference. */
export function countTraces(model: Model): { model: Model; traces: { training: number; inference: number } } {
  const traces = { training: 0, inference: 0 };
  return {
    traces,
    model: {
      ...model,
      apply: (...args) => (traces.training++, model.apply(...args)),
      forInference(weights) {
        const { apply, ...inference } = model.forInference(weights);
        return { ...inference, apply: (...args) => (traces.inference++, apply(...args)) };
      },
    },
  };
}
