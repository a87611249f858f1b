import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { precededBy } from "./native.ts";

/**
 * The kernel of tfjs's padding, which crops where a padding is negative, as tfjs-layers' StartEndPacker needs;
 * TensorFlow's op does not.
 */
export const padKernel = () =>
  precededBy("PadV2", ({ inputs, attrs }) => {
    const { paddings, constantValue } = attrs as tf.PadV2Attrs;
    if (paddings.every(([before, after]) => before >= 0 && after >= 0)) return undefined;
    const x = inputs.x as Tensor;
    const begin = paddings.map(([before]) => Math.max(0, -before));
    const size = x.shape.map((size, axis) => Math.max(0, size - begin[axis] - Math.max(0, -paddings[axis][1])));
    const rest = paddings.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]);
    return tf.tidy(() => tf.pad(tf.slice(x, begin, size), rest, constantValue));
  });
