import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { assertTensor, eachWay } from "./testing.ts";

const texts = (tensor: tf.Tensor) => tensor.dataSync<"string">();

eachWay("string.stringNGrams: neighbors joined, padded at the ends", async (run, way) => {
  if (way === "traced") return; // how many there are is a value
  const [grams, splits] = await run(
    (data, splits) => {
      const ngrams = tf.string.stringNGrams(data as tf.Tensor1D, splits, "|", [1, 2], "<", ">", -1, false);
      return [ngrams.nGrams, ngrams.nGramsSplits];
    },
    tf.tensor1d(["a", "b", "ü"]),
    tf.tensor1d([0, 2, 3], "int32"),
  );
  assertEquals([...texts(grams)], ["a", "b", "<|a", "a|b", "b|>", "ü", "<|ü", "ü|>"]);
  assertTensor(splits, [3], [0, 5, 8], 0);
});

eachWay("string.stringSplit: parts with their places, empty ones left out or not", async (run, way) => {
  if (way === "traced") return; // how many there are is a value
  const split = (skipEmpty: boolean) =>
    run(
      (x, by) => {
        const { indices, values, shape } = tf.string.stringSplit(x as tf.Tensor1D, by as tf.Scalar, skipEmpty);
        return [indices, values, shape];
      },
      tf.tensor1d(["a--b", "c"]),
      tf.scalar("-"),
    );
  const [indices, values, shape] = await split(true);
  assertTensor(indices, [3, 2], [0, 0, 0, 1, 1, 0], 0);
  assertEquals([...texts(values)], ["a", "b", "c"]);
  assertTensor(shape, [2], [2, 2], 0);
  assertEquals([...texts((await split(false))[1])], ["a", "", "b", "c"]);
});

eachWay("string.stringToHashBucketFast: the buckets of TensorFlow's documentation", async (run) => {
  const x = tf.tensor1d(["Hello", "TensorFlow", "2.x"]);
  assertTensor(await run((x) => tf.string.stringToHashBucketFast(x as tf.Tensor1D, 3), x), [3], [0, 2, 2], 0);
});
