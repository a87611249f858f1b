import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { engineTest } from "../runtime/testing.ts";
import { waves } from "../dsl/testing.ts";
import { readTfjsModel } from "../tests/tfjs_model.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { about, exportable } from "./testing.ts";
import { writeTfjsModel } from "./tfjs_model.ts";

engineTest(
  "writeTfjsModel: TensorFlow.js gives the same logits for one image and for three, and reads the labels",
  async () => {
    using folder = temporaryFolder();
    const { graph, logits } = exportable({ grouped: false }), path = folder.file("model");
    await writeTfjsModel(path, graph, about);
    assertEquals(Deno.statSync(`${path}/group1-shard1of1.bin`).isFile, true);
    const expected = [1, 3].map((batch) => logits(waves(batch, 22, 20, 2)));

    await tf.setBackend("cpu");
    const model = await readTfjsModel(path);
    try {
      assertEquals(model.metadata as unknown, about);
      assertEquals(model.inputs.map(({ name, shape }) => [name, shape]), [["images", [-1, 22, 20, 2]]]);
      assertEquals(model.outputs.map(({ name }) => name), ["logits"]);
      for (const [i, batch] of [1, 3].entries()) {
        const actual = tf.tidy(() => [...(model.predict(waves(batch, 22, 20, 2)) as tf.Tensor).dataSync()]);
        assertEquals(actual.length, about.labels.length * batch);
        const largest = Math.max(...expected[i].map(Math.abs));
        actual.forEach((logit, at) => assertAlmostEquals(logit / largest, expected[i][at] / largest, 1e-5));
      }
    } finally {
      model.dispose();
      await tf.setBackend("tensorflow");
    }
  },
);
