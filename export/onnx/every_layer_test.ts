import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { serialize } from "../../formats/protobuf/writer.ts";
import { waves } from "../../ops/testing.ts";
import { engineTest } from "../../runtime/testing.ts";
import { everyLabel } from "../../tests/exportable.ts";
import { about, exportable } from "../testing.ts";
import { onnxModel } from "./model.ts";
import { computeOnnx } from "./testing/compute.ts";
import { readOnnx } from "./testing/read.ts";

engineTest("ONNX: every layer, computed by the standard's own words, gives the model's logits", async () => {
  const { graph, logits } = exportable();
  const images = [1, 3].map((batch) => waves<tf.Rank.R4>([batch, 22, 20, 2])), expected = images.map(logits);
  const model = readOnnx(serialize(onnxModel(graph, about)));
  await tf.setBackend("cpu");
  try {
    images.forEach((x, i) => {
      const actual = tf.tidy(() => computeOnnx(model, tf.transpose(x, [0, 3, 1, 2])).dataSync());
      assertEquals(actual.length, expected[i].length);
      const largest = Math.max(...expected[i].map(Math.abs));
      const wrong = expected[i].flatMap((logit, at) =>
        Math.abs(logit - actual[at]) <= 1e-5 * largest ? [] : [`${everyLabel[at % everyLabel.length]}: ${actual[at]}`]
      );
      assertEquals(wrong, []);
      assert(largest > 0.1);
    });
  } finally {
    await tf.setBackend("tensorflow");
  }
});
