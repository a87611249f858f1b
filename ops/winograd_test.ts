import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { jit } from "../runtime/jit.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { assertTensor, waves, withGradients } from "./testing.ts";
import { winograd } from "./winograd.ts";

const native = needs("read", "ffi", "env", "run");

type Shape4 = [number, number, number, number];

const direct = (x: Tensor4D, kernel: Tensor4D) => tf.conv2d(x, kernel, 1, "same");

/** Sides that tiles of 4 divide and that they do not, one tile and less. */
const shapes: readonly { readonly x: Shape4; readonly filters: number; readonly side?: 5 }[] = [
  { x: [1, 4, 4, 1], filters: 1 },
  { x: [2, 8, 12, 3], filters: 2 },
  { x: [2, 7, 5, 2], filters: 3 },
  { x: [1, 9, 6, 2], filters: 2 },
  { x: [3, 1, 2, 2], filters: 2 },
  { x: [1, 13, 3, 1], filters: 4 },
  { x: [2, 7, 9, 2], filters: 3, side: 5 },
  { x: [1, 3, 8, 1], filters: 2, side: 5 },
];

/** On the native backend only: tfjs's CPU backend does not broadcast batches of both sides. */
for (const traced of [false, true]) {
  const way = traced ? "traced" : "native";
  const run = <A extends Tensor[]>(fn: (...xs: A) => Tensor[], ...xs: A): Promise<Tensor[]> =>
    traced ? jit(fn)(...xs as never) : Promise.resolve(fn(...xs));

  for (const { x: shape, filters, side = 3 } of shapes) {
    Deno.test(
      `winograd ${side}×${side}, [${shape}] to ${filters}: values and gradients are the direct ones (${way})`,
      native,
      async () => {
        await useEngine();
        tf.engine().startScope();
        const x = waves<tf.Rank.R4>(shape), kernel = waves<tf.Rank.R4>([side, side, shape[3], filters], 0.25);
        const actual = await run(withGradients(winograd), x, kernel), expected = withGradients(direct)(x, kernel);
        // a sum of so many products, none above 1: float32 and the algorithm's points lose 1e-6 of each
        const terms = { y: 9 * shape[3], x: 9 * filters, kernel: shape[0] * shape[1] * shape[2] };
        for (const [i, [name, products]] of Object.entries(terms).entries()) {
          const wanted = expected[i].dataSync();
          assertEquals(actual[i].shape, expected[i].shape, name);
          const error = Math.max(...actual[i].dataSync().map((value, j) => Math.abs(value - wanted[j])));
          assert(error <= 2e-6 * products, `${name}: off by ${error}`);
        }
        tf.engine().endScope();
      },
    );
  }

  Deno.test(`winograd: by hand, every output sums what its window covers (${way})`, native, async () => {
    await useEngine();
    const x = tf.ones<tf.Rank.R4>([1, 3, 5, 1]), kernel = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
    const [y] = await run((x: Tensor4D, kernel: Tensor4D) => [winograd(x, kernel)], x, kernel);
    assertTensor(y, [1, 3, 5, 1], [4, 6, 6, 6, 4, 6, 9, 9, 9, 6, 4, 6, 6, 6, 4], 2e-5);
    tf.dispose([x, kernel, y]);
  });
}
