/** A matrix as a list of rows. */
export type Matrix = readonly (readonly number[])[];

/**
 * The matrices of F(m×m, r×r) (Lavin & Gray 2016), each for both axes at once: of an image, a tile's rows one after
 * another.
 */
export interface Algebra {
  /** The side of an input tile, m + r − 1, which is also the number of points. */
  readonly n: number;
  /** The side of an output tile. */
  readonly m: number;
  /** The side of the kernel. */
  readonly r: number;
  /** Evaluates a tile at the points: Bᵀ ⊗ Bᵀ, `[n², n²]`. */
  readonly input: Matrix;
  /** Evaluates a kernel at the points: G ⊗ G, `[n², r²]`. */
  readonly kernel: Matrix;
  /** Interpolates a tile's outputs from the points: Aᵀ ⊗ Aᵀ, `[m², n²]`. */
  readonly output: Matrix;
}

/** The points of Toom-Cook's algorithm; infinity is the last one. */
const allPoints = [0, 1, -1, 2, -2, 1 / 2, -1 / 2];

/** Makes the matrices of F(m×m, r×r) from the first points. */
export function toomCook(m: number, r: number): Algebra {
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
  return { n, m, r, input: squared(bt), kernel: squared(g), output: squared(at) };
}

/** The n coefficients of ∏ (x − root), the constant first. */
function polynomial(roots: readonly number[], n: number): number[] {
  const coefficients = roots.reduce(
    (p, root) => p.map((value, i) => (p[i - 1] ?? 0) - root * value).concat(p.at(-1) ?? 0),
    [1],
  );
  return [...coefficients, ...new Array(n - coefficients.length).fill(0)];
}

/** The Kronecker product of a matrix with itself. */
function squared(matrix: Matrix): Matrix {
  return matrix.flatMap((down) => matrix.map((across) => down.flatMap((d) => across.map((a) => d * a))));
}

/** Transposes a matrix. */
export function transposed(matrix: Matrix): Matrix {
  return matrix[0].map((_, column) => matrix.map((row) => row[column]));
}
