import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import { engineTest } from "../runtime/testing.ts";
import { needs } from "../tests/needs.ts";
import { waves } from "../ops/testing.ts";
import { readTfjsModel } from "../tests/tfjs_model.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { GraphBuilder } from "./graph_builder.ts";
import { about, exportable } from "./testing.ts";
import { writeTfjsModel } from "./tfjs_model.ts";

engineTest(
  "writeTfjsModel: TensorFlow.js gives the same logits for one image and for three, and reads the labels",
  async () => {
    using folder = temporaryFolder();
    const { graph, logits } = exportable({ grouped: false }), path = folder.file("model");
    await writeTfjsModel(path, graph, about);
    assertEquals(Deno.statSync(`${path}/group1-shard1of1.bin`).isFile, true);
    const expected = [1, 3].map((batch) => logits(waves([batch, 22, 20, 2])));

    await tf.setBackend("cpu");
    const model = await readTfjsModel(path);
    try {
      assertEquals(model.metadata as unknown, about);
      assertEquals(model.inputs.map(({ name, shape }) => [name, shape]), [["images", [-1, 22, 20, 2]]]);
      assertEquals(model.outputs.map(({ name }) => name), ["logits"]);
      for (const [i, batch] of [1, 3].entries()) {
        const actual = tf.tidy(() => [...(model.predict(waves([batch, 22, 20, 2])) as tf.Tensor).dataSync()]);
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

Deno.test("writeTfjsModel: weights of several files go on from one to the next", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("model"), builder = new GraphBuilder([]);
  const sizes = [700_000, 1_500_000, 3, 500_000]; // 10.8 MB: two files of 4 MiB and a shorter one
  const values = sizes.map((size, at) => Float32Array.from({ length: size }, (_, i) => at + i / size));
  const [first] = values.map((values, i) =>
    builder.constant(`w${i}`, { shape: [values.length], dtype: dataTypes.float32, values: () => values })
  );
  await writeTfjsModel(path, { nodes: builder.nodes, images: first, logits: first }, about);
  const [{ paths, weights }] = JSON.parse(Deno.readTextFileSync(`${path}/model.json`)).weightsManifest;
  assertEquals(paths, ["group1-shard1of3.bin", "group1-shard2of3.bin", "group1-shard3of3.bin"]);
  const files: Uint8Array[] = paths.map((file: string) => Deno.readFileSync(`${path}/${file}`));
  assertEquals(files.map(({ length }) => length), [4 << 20, 4 << 20, 4 * 2_700_003 - (8 << 20)]);
  assertEquals(weights, sizes.map((size, i) => ({ name: `w${i}`, shape: [size], dtype: "float32" })));
  const written = new Float32Array(await new Blob(files.map((file) => file.slice())).arrayBuffer());
  let at = 0;
  for (const expected of values) {
    assertEquals(written.slice(at, at + expected.length), expected);
    at += expected.length;
  }
  assertEquals(at, written.length);
});
