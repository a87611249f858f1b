import type { Model } from "../../dsl/compile/compile.ts";
import type { Shape } from "../../dsl/shape.ts";
import { leaves } from "../../dsl/compile/tree.ts";
import { resizePositionEmbedding } from "./position_embedding.ts";

/** A tensor of another shape, and how it is made to fit. Shapes and values are in PyTorch's layout. */
export interface Adaptation {
  /** What is done, one line. */
  readonly note: string;
  apply(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
}

/** A tensor that does not fit as it is. */
export interface Misfit {
  /** Of the parameter. */
  readonly path: string;
  /** Both names, for people. */
  readonly label: string;
  readonly found: Shape;
  readonly wanted: Shape;
}

/** What can be done about tensors of another shape: the first that answers is taken. */
export function adaptations(
  { input, parameters, tree }: Model,
): readonly ((misfit: Misfit) => Adaptation | undefined)[] {
  const stem = parameters[0]?.path;
  return [
    // One grey channel in place of three that are the same, as timm's `in_chans=1` has it.
    ({ path, label, found: [filters, channels, ...window], wanted }) => {
      if (path !== stem || input[2] !== 1 || channels !== 3 || `${[filters, 1, ...window]}` !== `${wanted}`) return;
      return {
        note: `${label}: its ${channels} channels are summed to one`,
        apply: (values) => sumChannels(values, filters, channels),
      };
    },
    // The embedding of a square grid, for images of another size: `[1, 1 + H·W, C]`, or `[1 + H·W, C]` as ours is written.
    ({ path, label, found, wanted }) => {
      const [height, width] = leaves(tree).find((layer) => `${layer.path}/positionEmbedding` === path)?.input ?? [];
      const [tokens] = found.slice(-2), side = Math.sqrt(tokens - 1);
      if (height === undefined || !Number.isInteger(side) || `${found.with(-2, 0)}` !== `${wanted.with(-2, 0)}`) return;
      return {
        note: `${label}: resized from ${side}×${side} patches to ${height}×${width}`,
        apply: (values) => resizePositionEmbedding(values, [side, side], [height, width]),
      };
    },
  ];
}

/** `[O, C, …]` → `[O, 1, …]`. */
function sumChannels(values: Float32Array<ArrayBuffer>, filters: number, channels: number): Float32Array<ArrayBuffer> {
  const area = values.length / (filters * channels), sums = new Float32Array(filters * area);
  for (let filter = 0; filter < filters; filter++) {
    for (let i = 0; i < area; i++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += values[(filter * channels + channel) * area + i];
      sums[filter * area + i] = sum;
    }
  }
  return sums;
}
