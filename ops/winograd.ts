import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { withControlDependency } from "./control_dependency.ts";
import { type Strip, strips } from "./tiles.ts";
import { type Algebra, type Matrix, toomCook, transposed } from "./toom_cook.ts";

/** The matrices, by the side of the kernel. */
const algebras: ReadonlyMap<number, Algebra> = new Map([3, 5].map((r) => [r, toomCook(4, r)]));

/**
 * Convolves by Winograd's F(4×4, 3×3) or F(4×4, 5×5) (Lavin & Gray 2016), as matrix products: `[N, H, W, C]` with `[r,
 * r, C, F]` → `[N, H, W, F]`, at stride 1 with half a window of padding. The former needs 36 multiplications in place
 * of 144, the latter 64 in place of 400; in float32 the error is about five times that of the direct algorithm. The
 * gradients are computed the same way.
 */
export function winograd(x: Tensor4D, kernel: Tensor4D): Tensor4D {
  const algebra = algebraOf(kernel);
  return tf.customGrad((x, kernel, save) => {
    if (!(x instanceof tf.Tensor) || !(kernel instanceof tf.Tensor) || typeof save !== "function") {
      throw new TypeError("winograd takes two tensors");
    }
    save([x, kernel]);
    return {
      value: correlate(
        algebra,
        x as Tensor4D,
        atPoints(algebra.kernel, withControlDependency(kernel as Tensor4D, x)),
        false,
      ),
      gradFunc: (dy: Tensor4D, saved: Tensor[]) => {
        // without the dependency TensorFlow transforms both at the step's start and holds them
        const [x, kernel] = saved.map((tensor) => withControlDependency(tensor, dy));
        return [inputGradient(algebra, dy, kernel as Tensor4D), kernelGradient(algebra, x as Tensor4D, dy)];
      },
    };
  })(x, kernel) as Tensor4D;
}

function algebraOf({ shape: [height, width] }: Tensor4D): Algebra {
  const algebra = algebras.get(height);
  if (!algebra) throw new RangeError(`Winograd's algorithm is here for 3×3 and 5×5, not ${height}×${width}`);
  return algebra;
}

/** Computes the gradient of the input: a convolution of `dy` with the reversed kernel. */
function inputGradient(algebra: Algebra, dy: Tensor4D, kernel: Tensor4D): Tensor4D {
  return correlate(algebra, dy, atPoints(algebra.kernel.map((row) => row.toReversed()), kernel), true);
}

/** Computes the gradient of the kernel: the transformed input times the transformed gradient, transformed back. */
function kernelGradient({ n, m, r, ...matrices }: Algebra, x: Tensor4D, dy: Tensor4D): Tensor4D {
  const inputs = x.shape[3], outputs = dy.shape[3];
  const input = constant(matrices.input), output = constant(transposed(matrices.output));
  const gradients = strips(dy, { side: m, step: m, before: 0 }, tilesInSum);
  const products = strips(x, { side: n, step: m, before: (r - 1) / 2 }, tilesInSum).map((strip, i) =>
    tf.matMul<Tensor3D>(tilesAtPoints(input, strip), tilesAtPoints(output, gradients[i]), true)
  );
  const sum = products.length > 1 ? tf.addN(products) : products[0];
  const kernel = tf.matMul(constant(matrices.kernel), tf.reshape(sum, [n * n, inputs * outputs]), true);
  return tf.reshape(kernel, [r, r, inputs, outputs]);
}

/**
 * Multiplies the transformed `x` by a transformed kernel, `[n², C, F]` (or transposed for the gradient, `[n², F, C]`),
 * and transforms back.
 */
function correlate({ n, m, r, ...matrices }: Algebra, x: Tensor4D, kernel: Tensor3D, across: boolean): Tensor4D {
  const [batch, height, width] = x.shape, filters = kernel.shape[across ? 1 : 2];
  const input = constant(matrices.input), output = constant(matrices.output);
  const tiles = tilesPerStrip(Math.max(kernel.shape[1], kernel.shape[2]));
  const parts = strips(x, { side: n, step: m, before: (r - 1) / 2 }, tiles).map((strip) => {
    const values = tf.matMul(tilesAtPoints(input, strip), kernel, false, across);
    const elements = tf.matMul(output, tf.reshape(values, [n * n, strip.tiles * filters]));
    return tf.gather(tf.reshape(elements, [m * m * strip.tiles, filters]), strip.join());
  });
  return tf.reshape(parts.length > 1 ? tf.concat(parts) : parts[0], [batch, height, width, filters]);
}

/**
 * The number of tiles to compute at a time. With few channels, as many as fit into a core's cache, 2 MB at the points;
 * with more, enough not to read the kernel too often.
 */
function tilesPerStrip(channels: number): number {
  return Math.max(160, 2 ** 14 / channels);
}

/**
 * The number of tiles per strip where products are added up over strips: the sums are as large as the kernel, so strips
 * are few.
 */
const tilesInSum = 800;

/** Evaluates a kernel `[r, r, C, F]` at the points: `[n², C, F]`. */
function atPoints(matrix: Matrix, kernel: Tensor4D): Tensor3D {
  const [height, width, inputs, outputs] = kernel.shape;
  const flat = tf.reshape(kernel, [height * width, inputs * outputs]);
  return tf.reshape(tf.matMul(constant(matrix), flat), [matrix.length, inputs, outputs]);
}

/** Evaluates a strip's tiles at the points: `[n², tiles, C]`. */
function tilesAtPoints(matrix: Tensor2D, { tiles, pixels, cut }: Strip): Tensor3D {
  const channels = pixels.shape[1], [points, elements] = matrix.shape;
  const values = tf.reshape(tf.gather(pixels, cut()), [elements, tiles * channels]);
  return tf.reshape(tf.matMul(matrix, values), [points, tiles, channels]);
}

function constant(matrix: Matrix): Tensor2D {
  return tf.tensor2d(matrix.map((row) => [...row]));
}
