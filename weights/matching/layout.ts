import type { Model, Parameter } from "../../dsl/compile/compile.ts";
import { type Shape, sizeOf } from "../../dsl/shape.ts";
import { leaves } from "../../dsl/compile/tree.ts";
import type { Naming } from "../names/naming.ts";

/** PyTorch's layout of a parameter. */
export interface Layout {
  /** PyTorch's shape. */
  readonly shape: Shape;
  /** Reorders values from PyTorch's layout to ours. */
  fromTorch(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  /** Reorders values from our layout to PyTorch's. */
  toTorch(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
}

/**
 * The layouts of a model's parameters in PyTorch, by path: `[O, I, h, w]` for a convolution's `[h, w, I, O]`, `[O, I]`
 * for a dense layer's `[I, O]`, and `[O, C·h·w]` for one on a flattened `[h, w, C]`, which PyTorch flattens as `[C, h,
 * w]`.
 */
export function layoutsOf(model: Model, { shapes = {} }: Naming): ReadonlyMap<string, Layout> {
  const flattened = flattenedInputs(model);
  return new Map(model.parameters.map((parameter) => {
    const usual = usualLayout(parameter, flattened.get(parameter.path));
    const [, other] = Object.entries(shapes).find(([end]) => parameter.path.endsWith(end)) ?? [];
    return [parameter.path, other ? { ...usual, shape: other(usual.shape) } : usual];
  }));
}

function usualLayout({ path, shape }: Parameter, image?: Shape): Layout {
  const rank = path.endsWith("/kernel") || path === "kernel" ? shape.length : 0;
  if (rank === 4) {
    const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
    return reversed([outputs, inputs, height, width], [height * width, inputs, outputs]);
  }
  if (rank === 2) {
    const [inputs = 1, outputs = 1] = shape, [height = 1, width = 1, channels = 1] = image ?? [1, 1, inputs];
    return reversed([outputs, inputs], [height * width, channels, outputs]);
  }
  return { shape, fromTorch: (values) => values, toTorch: (values) => values };
}

function reversed(shape: Shape, [pixels, inputs, outputs]: Axes): Layout {
  return {
    shape,
    fromTorch: (values) => reverseAxes(values, [outputs, inputs, pixels]),
    toTorch: (values) => reverseAxes(values, [pixels, inputs, outputs]),
  };
}

type Axes = readonly [number, number, number];

/** The side of a tile, 64 kB of each array, which fit into caches. */
const tile = 128;

/** Transposes `[a, b, c]` to `[c, b, a]`, row-major, tile by tile. */
function reverseAxes(values: Float32Array<ArrayBuffer>, [a, b, c]: Axes): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let j = 0; j < b; j++) {
    for (let i0 = 0; i0 < a; i0 += tile) {
      for (let k0 = 0; k0 < c; k0 += tile) {
        const iEnd = Math.min(i0 + tile, a), kEnd = Math.min(k0 + tile, c);
        for (let i = i0; i < iEnd; i++) {
          const from = (i * b + j) * c;
          for (let k = k0; k < kEnd; k++) result[(k * b + j) * a + i] = values[from + k] ?? NaN;
        }
      }
    }
  }
  return result;
}

/** The shapes of images that are flattened before a dense layer, by the path of its kernel. */
function flattenedInputs({ tree }: Model): ReadonlyMap<string, Shape> {
  const layers = leaves(tree), images = new Map<string, Shape>();
  layers.forEach(({ type, input }, i) => {
    if (type !== "flatten" || input.length !== 3) return;
    const next = layers.slice(i).find(({ parameters }) => Object.keys(parameters).length > 0);
    if (next?.type === "dense" && next.input[0] === sizeOf(input)) images.set(`${next.path}/kernel`, input);
  });
  return images;
}
