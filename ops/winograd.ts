import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** Toom-Cook's points; the last one is infinity. */
const allPoints = [0, 1, -1, 2, -2, 1 / 2, -1 / 2];

/** The matrices of F(m×m, r×r). */
interface Algebra {
  /** Side of an input tile, m + r − 1. */
  readonly n: number;
  /** Side of an output tile. */
  readonly m: number;
  /** Side of the kernel. */
  readonly r: number;
  /** Aᵀ `[m, n]`: from the points back to a tile's outputs. */
  readonly at: Matrix;
  /** Bᵀ `[n, n]`: a tile's row at the points. */
  readonly bt: Matrix;
  /** G ⊗ G `[n², r²]` and Aᵀ ⊗ Aᵀ `[m², n²]`; of two axes the one across comes first, as {@linkcode transform} has them. */
  readonly gg: Matrix;
  readonly aa: Matrix;
}

type Matrix = readonly (readonly number[])[];

/** By the side of the kernel. */
const algebras: ReadonlyMap<number, Algebra> = new Map([3, 5].map((r) => [r, algebra(4, r)]));

/**
 * 3×3 or 5×5 convolution, stride 1, half a window of zeros around: `[N, H, W, C]` with `[r, r, C, F]` → `[N, H, W, F]`, as Winograd's
 * F(4×4, 3×3) or F(2×2, 5×5) (Lavin & Gray 2016) in matrix products. The former takes 36 multiplications for 144, the latter 36 for
 * 100; in float32 the error is about five times the direct algorithm's. The gradients are computed the same way.
 */
export function winograd(x: Tensor4D, kernel: Tensor4D): Tensor4D {
  const algebra = algebras.get(kernel.shape[0]);
  if (!algebra) {
    throw new RangeError(`Winograd's algorithm is here for 3×3 and 5×5, not ${kernel.shape[0]}×${kernel.shape[1]}`);
  }
  return tf.customGrad((x, kernel, save) => {
    if (!(x instanceof tf.Tensor) || !(kernel instanceof tf.Tensor) || typeof save !== "function") {
      throw new TypeError("winograd takes two tensors");
    }
    save([x, kernel]);
    return {
      value: correlate(algebra, x as Tensor4D, spread(algebra, kernel as Tensor4D, algebra.gg), false),
      gradFunc: (dy: Tensor4D, [x, kernel]: Tensor[]) => [
        inputGradient(algebra, dy, kernel as Tensor4D),
        kernelGradient(algebra, x as Tensor4D, dy),
      ],
    };
  })(x, kernel) as Tensor4D;
}

/** The gradient of the input: a convolution of `dy` with the reversed kernel. */
function inputGradient(algebra: Algebra, dy: Tensor4D, kernel: Tensor4D): Tensor4D {
  return correlate(algebra, dy, spread(algebra, kernel, algebra.gg.map((row) => row.toReversed())), true);
}

/** The gradient of the kernel: the transformed input times the transformed gradient, and back. */
function kernelGradient({ n, m, r, at, bt, gg }: Algebra, x: Tensor4D, dy: Tensor4D): Tensor4D {
  const inputs = x.shape[3], outputs = dy.shape[3];
  const product = tf.matMul(transform(x, bt, m, (r - 1) / 2), transform(dy, transposed(at), m, 0), true);
  const kernel = tf.matMul(tensor(gg), tf.reshape(product, [n * n, inputs * outputs]), true);
  return tf.reshape(kernel, [r, r, inputs, outputs]);
}

/** `x` transformed, times a transformed kernel `[n², C, F]` (or, for the gradient, `[n², F, C]` read across), and back. */
function correlate({ n, m, r, bt, aa }: Algebra, x: Tensor4D, kernel: Tensor, across: boolean): Tensor4D {
  const [batch, height, width] = x.shape, down = Math.ceil(height / m), beside = Math.ceil(width / m);
  const product = tf.matMul(transform(x, bt, m, (r - 1) / 2), kernel, false, across);
  const filters = product.shape[2] ?? 0;
  const values = tf.matMul(tensor(aa), tf.reshape(product, [n * n, batch * down * beside * filters]));
  const blocks = tf.transpose(tf.reshape(values, [m, m, batch, down, beside, filters]), [2, 3, 0, 4, 1, 5]);
  const image = tf.reshape<tf.Rank.R4>(blocks, [batch, down * m, beside * m, filters]);
  return down * m === height && beside * m === width
    ? image
    : tf.slice(image, [0, 0, 0, 0], [batch, height, width, filters]);
}

/** A kernel `[r, r, C, F]` at the points: `[n², C, F]`. */
function spread({ n, r }: Algebra, kernel: Tensor4D, matrix: Matrix): Tensor {
  const [, , inputs, outputs] = kernel.shape;
  const flat = tf.reshape(kernel, [r * r, inputs * outputs]);
  return tf.reshape(tf.matMul(tensor(matrix), flat), [n * n, inputs, outputs]);
}

/** Every tile of `[N, H, W, C]`, m apart, multiplied by a matrix `[n, tile]` from both sides: `[n², N·tiles, C]`. */
function transform(x: Tensor4D, matrix: Matrix, m: number, offset: number): Tensor {
  const [batch, height, width, channels] = x.shape, n = matrix.length, tiles = Math.ceil(height / m);
  const rows = tf.reshape(x, [1, batch, height, width * channels]);
  const down = tf.reshape(tf.matMul(bands(matrix, height, m, offset), rows), [1, n * batch * tiles, width, channels]);
  const across = tf.matMul(bands(matrix, width, m, offset), down);
  // [n across, n down, N, tiles down, tiles across, C]
  return tf.reshape(across, [n * n, batch * tiles * Math.ceil(width / m), channels]);
}

/** `[n, 1, tiles, size]`: the matrix's rows at each tile's place; what reaches over the edge is dropped, which pads with zeros. */
function bands(matrix: Matrix, size: number, m: number, offset: number): Tensor4D {
  const n = matrix.length, tiles = Math.ceil(size / m);
  const values = new Float32Array(n * tiles * size);
  for (let row = 0; row < n; row++) {
    for (let tile = 0; tile < tiles; tile++) {
      matrix[row].forEach((value, column) => {
        const at = tile * m + column - offset;
        if (at >= 0 && at < size) values[(row * tiles + tile) * size + at] = value;
      });
    }
  }
  return tf.tensor4d(values, [n, 1, tiles, size]);
}

function algebra(m: number, r: number): Algebra {
  const n = m + r - 1, points = allPoints.slice(0, n - 1);
  const at = Array.from({ length: m }, (_, i) => [...points.map((point) => point ** i), i === m - 1 ? 1 : 0]);
  const power = Array.from({ length: r }, (_, i) => i);
  const g = [
    ...points.map((point) => {
      const scale = points.reduce((product, other) => other === point ? product : product * (point - other), 1);
      return power.map((i) => point ** i / scale);
    }),
    power.map((i) => i === r - 1 ? 1 : 0),
  ];
  // row i is the polynomial whose roots are all points but the i-th
  const bt = [
    ...points.map((point) => polynomial(points.filter((other) => other !== point), n)),
    polynomial(points, n),
  ];
  return {
    n,
    m,
    r,
    at,
    bt,
    gg: g.flatMap((across) => g.map((down) => down.flatMap((d) => across.map((a) => d * a)))),
    aa: at.flatMap((down) => at.map((across) => across.flatMap((a) => down.map((d) => a * d)))),
  };
}

/** Coefficients of ∏ (x − root), the constant first, n of them. */
function polynomial(roots: readonly number[], n: number): number[] {
  const coefficients = roots.reduce(
    (p, root) => p.map((value, i) => (p[i - 1] ?? 0) - root * value).concat(p.at(-1) ?? 0),
    [1],
  );
  return [...coefficients, ...new Array(n - coefficients.length).fill(0)];
}

function transposed(matrix: Matrix): Matrix {
  return matrix[0].map((_, column) => matrix.map((row) => row[column]));
}

function tensor(matrix: Matrix): tf.Tensor2D {
  return tf.tensor2d(matrix.map((row) => [...row]));
}
