import type * as tf from "@tensorflow/tfjs-core";
import { toInt32 } from "./integers.ts";
import { attribute, nativeKernel, types } from "./native.ts";

/** Kernels on strings. */
export const textKernels = [
  nativeKernel<tf.StringNGramsAttrs>("StringNGrams", ({ inputs: { data, dataSplits }, attrs, backend }) => {
    const attributes = [
      attribute.string("separator", attrs.separator),
      attribute.int("ngram_widths", attrs.nGramWidths),
      attribute.string("left_pad", attrs.leftPad),
      attribute.string("right_pad", attrs.rightPad),
      attribute.int("pad_width", attrs.padWidth),
      attribute.bool("preserve_short_sequences", attrs.preserveShortSequences),
      attribute.type("Tsplits", types.int32),
    ];
    return backend.executeMultipleOutputs("StringNGrams", attributes, [data, dataSplits], 2);
  }),
  nativeKernel<tf.StringSplitAttrs>(
    "StringSplit",
    ({ inputs: { input, delimiter }, attrs: { skipEmpty }, backend }) => {
      const attributes = [attribute.bool("skip_empty", skipEmpty)];
      const [indices, values, shape] = backend.executeMultipleOutputs("StringSplit", attributes, [input, delimiter], 3);
      return [toInt32(backend, indices), values, toInt32(backend, shape)];
    },
  ),
  nativeKernel<tf.StringToHashBucketFastAttrs>(
    "StringToHashBucketFast",
    ({ inputs: { input }, attrs: { numBuckets }, backend }) => {
      const attributes = [attribute.int("num_buckets", numBuckets)];
      return toInt32(backend, backend.executeSingleOutput("StringToHashBucketFast", attributes, [input]));
    },
  ),
];
