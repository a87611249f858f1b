import { adam as fusedAdam } from "../../ops/adam.ts";
import { type Clipping, clippings } from "../clipping/clippings.ts";
import { clipByGlobalNorm } from "../clipping/clip_by_global_norm.ts";
import { createPart, partFields, type PartKind, readPart } from "../parts.ts";
import type { OptimizerFunctions, OptimizerSettings, StepPosition } from "./optimizer.ts";
import { z } from "zod";

/** The optimizer {@linkcode adam}. */
export interface Adam extends OptimizerSettings {
  /** The name of its kind. */
  readonly type: "adam";
  /** The decay of the gradient's mean. */
  readonly beta1: number;
  /** The decay of the mean of the gradient's square. */
  readonly beta2: number;
  /** Added to the root of that mean after both bias corrections, as PyTorch does. */
  readonly epsilon: number;
  /** L2 penalty: this times the value is added to the gradient after clipping. It is not decoupled. */
  readonly weightDecay: number;
}

/**
 * Adam (Kingma & Ba 2015). The defaults are the document's: a learning rate of 5e-5, betas 0.9 and 0.999, epsilon 1e-8, an L2
 * penalty of 1e-4, and {@linkcode clipByGlobalNorm}. `clip: null` leaves the gradients as they are.
 *
 * @throws {UserError} one line that names a wrong field
 *
 * @example
 * ```ts
 * import { adam } from "@thorax/thorax";
 * const optimizer = adam({ learningRate: 1e-3, weightDecay: 0, clip: null });
 * console.assert(optimizer.beta2 === 0.999);
 * ```
 */
export function adam(options: Partial<Omit<Adam, "type">> = {}): Adam {
  return createPart("adam", adamKind, options);
}

const { positive, nonNegative, fraction } = partFields;

/** The table's row for {@linkcode adam}. */
export const adamKind: PartKind<Adam, OptimizerFunctions> = {
  fields: {
    learningRate: positive(5e-5),
    beta1: fraction(0.9),
    beta2: fraction(0.999),
    epsilon: positive(1e-8),
    weightDecay: nonNegative(1e-4),
    clip: z.unknown().default(() => clipByGlobalNorm()).transform((value): Clipping | null =>
      value === null ? null : readPart(clippings, value, "clip")
    ),
  },
  functions: (part) => {
    // As float32 has them: so has the op that takes 1 − β of them, and bias correction has to go by the same.
    const beta1 = Math.fround(part.beta1), beta2 = Math.fround(part.beta2), { weightDecay } = part;
    return {
      slots: ["means", "variances"],
      nonNegativeSlots: ["variances"],
      scalars: (at) => scalarsOf({ beta1, beta2, epsilon: part.epsilon }, at),
      perRate: ["stepSize"],
      update({ value, slots }, gradient, { scalars: { stepSize, epsilon }, ...inputs }) {
        const slot = { value, mean: slots.means, variance: slots.variances };
        const updated = fusedAdam(slot, gradient, { ...inputs, stepSize, epsilon, beta1, beta2, weightDecay });
        return { value: updated.value, slots: { means: updated.mean, variances: updated.variance } };
      },
    };
  },
};

/** Both bias corrections folded into the step size, and epsilon corrected accordingly (see `ops/adam.ts`). */
function scalarsOf(
  { beta1, beta2, epsilon }: Pick<Adam, "beta1" | "beta2" | "epsilon">,
  { step, learningRate }: StepPosition,
): { readonly stepSize: number; readonly epsilon: number } {
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    stepSize: Math.fround(learningRate * correction / (1 - beta1 ** step)), // as the step takes it
    epsilon: Math.fround(epsilon * correction),
  };
}
