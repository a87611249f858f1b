import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { engineTest } from "../testing.ts";

engineTest("file://: a model goes into a new folder and comes back with its weights", async () => {
  using folder = temporaryFolder();
  const model = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [4], units: 3 }), tf.layers.batchNormalization()],
  });
  const x = tf.randomNormal([2, 4], 0, 1, "float32", 7), expected = (model.predict(x) as tf.Tensor).dataSync();
  const { modelArtifactsInfo } = await model.save(`file://${folder.path}/new/model`);
  assertEquals(modelArtifactsInfo.weightDataBytes, 4 * (4 * 3 + 3 + 4 * 3));
  const loaded = await tf.loadLayersModel(`file://${folder.path}/new/model/model.json`);
  assertEquals((loaded.predict(x) as tf.Tensor).dataSync(), expected);
}, "write");

engineTest("file://: weights in several pieces are written whole", async () => {
  using folder = temporaryFolder();
  const weightSpecs: tf.io.WeightsManifestEntry[] = [{ name: "w", shape: [3], dtype: "float32" }];
  const weightData = [Float32Array.of(1, 2).buffer, Float32Array.of(3).buffer];
  const [handler] = tf.io.getSaveHandlers(`file://${folder.path}`);
  await handler.save?.({ modelTopology: {}, weightSpecs, weightData });
  assertEquals(Deno.readFileSync(folder.file("weights.bin")), new Uint8Array(Float32Array.of(1, 2, 3).buffer));
}, "write");

engineTest("file://: a model that is not there is named", async () => {
  await assertRejects(() => tf.loadLayersModel("file:///nowhere/model.json"), Error, "/nowhere/model.json");
});
