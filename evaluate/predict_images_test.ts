import { encode } from "fast-png";
import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { dense } from "../dsl/layers/dense.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { UserError } from "../errors.ts";
import { engineTest } from "../runtime/testing.ts";
import { writeExportable } from "../tests/exportable.ts";
import { folderFilms, writeFolder } from "../tests/film_folder.ts";
import { npy } from "../tests/npy.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel } from "../tests/tiny.ts";
import { openTrainedModel } from "../trained/open_trained_model.ts";
import { readNpyFilms } from "../data/inputs/npy_films.ts";
import { npyFilms } from "./film_source.ts";
import { predictImages, predictSource } from "./predict_images.ts";
import { sigmoid } from "./sigmoid.ts";

const labels = ["Mass", "Nodule", "No Finding"];

engineTest("predictSource: the channels of a .npy batch come where the model has them", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), side = 4, channels = 2, area = side * side;
  const model = compile(stack({ flatten: flatten(), head: dense(3) }), { input: [side, side, channels] });
  await writeExportable(path, "two_channels", model, labels);
  const planes = Float32Array.from({ length: 3 * channels * area }, (_, i) => Math.sin(i)); // [N, C, H, W]
  Deno.writeFileSync(folder.file("batch.npy"), npy("<f4", [3, channels, side, side], planes));
  using trained = await openTrainedModel(path);
  const source = npyFilms(await readNpyFilms(folder.file("batch.npy")), trained, 2);
  const answers = await Array.fromAsync(predictSource(trained, source), ({ logits }) => Array.from(logits));

  const weights = await trained.load(), { apply, weights: ready } = model.forInference(weights);
  const images = tf.transpose(tf.tensor4d(planes, [3, channels, side, side]), [0, 2, 3, 1]);
  const expected = apply(ready, images).arraySync() as number[][];
  tf.dispose([{ ...weights }, { ...ready }]);
  assertEquals([source.count, answers.length], [3, 3]);
  for (const [i, row] of answers.entries()) row.forEach((logit, j) => assertAlmostEquals(logit, expected[i][j], 1e-5));
});

engineTest(
  "predictImages: a folder's images in their order, a damaged one passed over, nothing left allocated",
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("a.safetensors"), films = writeFolder(folder.file("films"), folderFilms({ patients: 9 }));
    await writeExportable(path, "tiny", linearModel(), labels);
    Deno.writeTextFileSync(`${films}/images/p4_0.png`, "no image");
    using trained = await openTrainedModel(path);
    const before = tf.memory().numTensors, failed: string[] = [], calls: string[] = [];
    const answers = await Array.fromAsync(predictImages(trained, [films], {
      batchSize: 4,
      onFailed: (name) => failed.push(name),
      openEngine: () => Promise.resolve(calls.push("open")),
    }));
    const nameOf = (film: number) => `${films}/images/p${film}_0.png`;
    assertEquals(answers.map(({ name }) => name), [0, 1, 2, 3, 5, 6, 7, 8].map(nameOf));
    assertEquals([failed, calls, tf.memory().numTensors], [[nameOf(4)], ["open"], before]);
    for (const { logits, probabilities } of answers) {
      assertEquals([logits.length, Array.from(probabilities)], [3, Array.from(logits, sigmoid)]);
    }
    const [alone] = await Array.fromAsync(predictImages(trained, [nameOf(7)]));
    for (const [i, logit] of alone.logits.entries()) assertAlmostEquals(logit, answers[6].logits[i], 1e-5);
  },
);

engineTest("predictImages: an image is normalized as the checkpoint says", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), image = folder.file("gray.png"), mean = 0.25, std = 2;
  await writeExportable(path, "tiny", linearModel(), labels, {
    preprocessing: { imageSize: 8, mean, std, channels: 1, resize: "bilinear-antialias" },
  });
  const data = new Uint8Array(64).fill(90);
  Deno.writeFileSync(image, encode({ width: 8, height: 8, channels: 1, depth: 8, data }));
  using trained = await openTrainedModel(path);
  const [{ logits }] = await Array.fromAsync(predictImages(trained, [image]));
  const weights = await trained.load();
  const kernel = weights["head/kernel"].dataSync(), bias = weights["head/bias"].dataSync();
  tf.dispose({ ...weights });
  for (const [label, logit] of logits.entries()) {
    const sum = Array.from(kernel).reduce((total, weight, i) => i % 3 === label ? total + weight : total, 0);
    assertAlmostEquals(logit, (90 / 255 - mean) / std * sum + bias[label], 1e-5);
  }
});

engineTest("predictImages: in bfloat16 the logits are near those of float32, and others", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), films = writeFolder(folder.file("films"), folderFilms({ patients: 2 }));
  await writeExportable(path, "tiny", linearModel(), labels);
  using trained = await openTrainedModel(path);
  const logitsIn = async (precision: "float32" | "bfloat16") =>
    (await Array.fromAsync(predictImages(trained, [films], { precision }))).flatMap(({ logits }) => [...logits]);
  const [exact, rounded] = [await logitsIn("float32"), await logitsIn("bfloat16")];
  assertEquals([exact.length, exact.every((logit, i) => logit === rounded[i])], [6, false]);
  for (const [i, logit] of exact.entries()) assertAlmostEquals(rounded[i], logit, 0.05);
});

engineTest("predictImages: where nobody is told of failures, a damaged image ends the predictions", async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), bad = folder.file("bad.png");
  await writeExportable(path, "tiny", linearModel(), labels);
  Deno.writeTextFileSync(bad, "no image");
  using trained = await openTrainedModel(path);
  const error = await assertRejects(() => Array.fromAsync(predictImages(trained, [bad])), UserError, bad);
  assertEquals(error.exitStatus, 1);
  await assertRejects(
    () => Array.fromAsync(predictImages(trained, [folder.file("none.png")])),
    UserError,
    "cannot be read (there is no such file)",
  );
});
