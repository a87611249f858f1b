import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * The gradient of `tf.einsum`, which tfjs lacks: for each tensor the product of `dy` with the other tensors, broadcast
 * over the axes that only this tensor has. tfjs-layers' MultiHeadAttention and EinsumDense train by it.
 */
export const einsumGradient: tf.GradConfig = {
  kernelName: "Einsum",
  saveAllInputs: true,
  gradFunc(dy, saved, attributes) {
    if (Array.isArray(dy)) throw new TypeError("Einsum has one output");
    const [given, output] = String(attributes.equation).replaceAll(" ", "").split("->");
    const terms = given.split(",");
    for (const term of [...terms, output]) {
      if (new Set(term).size === term.length && !term.includes(".")) continue;
      throw new Error(
        `einsum: there is no gradient of "${attributes.equation}": "${term}" names an axis twice, or by dots`,
      );
    }
    return Object.fromEntries(saved.map((x, index) => {
      const others = { terms: terms.toSpliced(index, 1), tensors: saved.toSpliced(index, 1) };
      return [index, () => gradientBy(x, terms[index], { term: output, tensor: dy }, others)];
    }));
  },
};

function gradientBy(
  x: Tensor,
  term: string,
  output: { readonly term: string; readonly tensor: Tensor },
  others: { readonly terms: readonly string[]; readonly tensors: readonly Tensor[] },
): Tensor {
  const known = output.term + others.terms.join("");
  const kept = [...term].filter((axis) => known.includes(axis)).join("");
  const product = (terms: readonly string[], tensors: readonly Tensor[]) =>
    tf.einsum(`${terms.join()}->${kept}`, ...tensors);
  // a scalar output has no named axis
  const gradient = output.term !== ""
    ? product([output.term, ...others.terms], [output.tensor, ...others.tensors])
    : others.terms.length > 0
    ? tf.mul(output.tensor, product(others.terms, others.tensors))
    : output.tensor;
  const spread = x.shape.map((size, axis) => kept.includes(term[axis]) ? size : 1);
  return tf.broadcastTo(tf.reshape(gradient, spread), x.shape);
}
