import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { remat } from "../../ops/remat.ts";
import { mapValues } from "../../map_values.ts";
import { chainOf, stackOf } from "./chain.ts";
import { weightsOf } from "./fold.ts";
import type { ApplyResult, Mode, Weights } from "../layer.ts";
import { join } from "../path.ts";
import { sizeOf } from "../shape.ts";
import { type Branch, leaves, type Tree } from "./tree.ts";

/**
 * A part is small up to this share. For VGG-16 and ResNet-50 at batch 32, no other share that we tried took 10 % less
 * memory.
 */
const share = 1 / 4;

/**
 * Divides a model into segments that run one after another; the backward pass keeps only the input of each. A segment
 * ends where its output is small beside the activations of its layers. The last parts, which hold little beside the
 * largest segment, stay as they are, since the backward pass begins there. Parts of stacks and repeats can be
 * separated; what branches stays whole.
 */
export function inSegments(tree: Tree): Tree {
  const segments: Tree[][] = [];
  for (const part of chainOf(tree)) {
    const segment = segments.at(-1);
    if (!segment || mayStart(part) && mayEnd(segment)) segments.push([part]);
    else segment.push(part);
  }
  const most = Math.max(...segments.map(heldBy));
  const rest = segments.findIndex((_, i) =>
    heldBy(segments.slice(i).flat()) <= share * most || i === segments.length - 1
  );
  if (rest <= 0) return tree;
  return stackOf([
    ...segments.slice(0, rest).map((parts) => ({ ...stackOf(parts), isSegment: true })),
    ...segments.slice(rest).flat(),
  ]);
}

/** Whether a segment may start with a part: a layer that costs next to nothing belongs to the part before it. */
function mayStart(part: Tree): boolean {
  return !("layer" in part) || part.layer.multiplyAdds !== undefined;
}

function mayEnd(segment: readonly Tree[]): boolean {
  return sizeOf(segment[segment.length - 1].output.shape) <= share * heldBy(segment);
}

/** The number of elements that the layers compute for one image. */
function heldBy(parts: readonly Tree[]): number {
  return parts.flatMap(leaves).reduce((sum, { output }) => sum + sizeOf(output.shape), 0);
}

/** Runs a segment by `run`, and again in the backward pass; returns the state of the forward pass. */
export function runSegment(
  segment: Branch,
  weights: Weights,
  x: Tensor,
  mode: Mode,
  run: (tree: Tree, weights: Weights, x: Tensor, mode: Mode) => ApplyResult,
): ApplyResult {
  const own = leaves(segment).flatMap((leaf) =>
    Object.entries(weightsOf(leaf, weights)).map(([name, tensor]) => ({
      path: join(leaf.path, name),
      tensor,
      isTrainable: leaf.parameters[name].trainable ?? true,
    }))
  );
  const trainable = own.filter(({ isTrainable }) => isTrainable),
    others = own.filter(({ isTrainable }) => !isTrainable);
  const paths = [...trainable, ...others].map(({ path }) => path);
  let kept: Weights | undefined;
  const output = remat(
    ([x, ...tensors]) => {
      const weights = Object.fromEntries(paths.map((path, i) => [path, tensors[i]]));
      const seed = tensors.at(paths.length) as Tensor1D | undefined;
      const applied = run({ ...segment, isSegment: false }, weights, x, { ...mode, seed });
      kept ??= mapValues(applied.state, (value) => tf.keep(value.clone()));
      return applied.output;
    },
    [x, ...trainable.map(({ tensor }) => tensor)],
    [...others.map(({ tensor }) => tensor), ...(mode.seed ? [mode.seed] : [])],
  );
  const state = mapValues(kept ?? {}, (value) => value.clone());
  tf.dispose({ ...kept });
  return { output, state };
}
