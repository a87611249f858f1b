import type { Model } from "../../dsl/compile/compile.ts";
import type { Shape } from "../../dsl/shape.ts";
import { leaves } from "../../dsl/compile/tree.ts";
import { resizePositionEmbedding } from "./position_embedding.ts";

/** A way to make a tensor of another shape fit. Values are in PyTorch's layout. */
export interface Adaptation {
  /** One line for the user about what is done. */
  readonly note: string;
  /** Converts the values of the file to those of the model. */
  apply(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
}

/** A tensor whose shape differs from its parameter's. Shapes are in PyTorch's layout. */
export interface ShapeMismatch {
  /** The path of the parameter. */
  readonly path: string;
  /** The tensor's name and the parameter's path, for people. */
  readonly label: string;
  readonly found: Shape;
  readonly wanted: Shape;
}

/** Makes a tensor of another shape fit, or returns undefined where it cannot. */
export type AdaptationRule = (mismatch: ShapeMismatch) => Adaptation | undefined;

/** The rules that make tensors of another shape fit a model. The first that returns an adaptation is used. */
export function adaptations({ input, parameters, tree }: Model): readonly AdaptationRule[] {
  const stem = parameters[0]?.path;
  return [
    // A stem for color, for films of one gray channel, which stands for three equal ones, as timm's `in_chans=1` has
    // it.
    ({ path, label, found: [filters = 0, channels, ...window], wanted }) => {
      if (path !== stem || input[2] !== 1 || channels !== 3 || `${[filters, 1, ...window]}` !== `${wanted}`) return;
      return {
        note: `${label}: its ${channels} channels are summed to one`,
        apply: (values) => sumChannels(values, filters, channels),
      };
    },
    // The position embedding of a square grid, for images of another size: `[1, 1 + H·W, C]`, or `[1 + H·W, C]` under
    // our paths.
    ({ path, label, found, wanted }) => {
      const [height, width] = leaves(tree).find((layer) => `${layer.path}/positionEmbedding` === path)?.input ?? [];
      const [tokens = 0] = found.slice(-2), side = Math.sqrt(tokens - 1);
      if (
        height === undefined || width === undefined || !Number.isInteger(side) ||
        `${found.with(-2, 0)}` !== `${wanted.with(-2, 0)}`
      ) return;
      return {
        note: `${label}: resized from ${side}×${side} patches to ${height}×${width}`,
        apply: (values) => resizePositionEmbedding(values, [side, side], [height, width]),
      };
    },
  ];
}

/** Sums a kernel over its input channels, `[O, C, …]` → `[O, 1, …]`. */
function sumChannels(values: Float32Array<ArrayBuffer>, filters: number, channels: number): Float32Array<ArrayBuffer> {
  const area = values.length / (filters * channels), sums = new Float32Array(filters * area);
  for (let filter = 0; filter < filters; filter++) {
    for (let i = 0; i < area; i++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        sum += values[(filter * channels + channel) * area + i] ?? NaN;
      }
      sums[filter * area + i] = sum;
    }
  }
  return sums;
}
