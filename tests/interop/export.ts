/** Exported models in the programs that they are for: the logits are those of `predict`. */
import "../cpu.ts";
import * as tfjs from "@tensorflow/tfjs";
import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import { assert, assertEquals } from "@std/assert";
import { filmBatches } from "../../data/stream/film_batches.ts";
import { defaultNormalization } from "../../data/images/normalization.ts";
import { compile, type CompileOptions } from "../../dsl/compile/compile.ts";
import { buildModel } from "../../models/registry.ts";
import { succeed } from "../command.ts";
import { everyLabel, everyLayer, writeExportable } from "../exportable.ts";
import { filmsFolder, type Need, needs } from "../needs.ts";
import { noise } from "../parity/formula.ts";
import { npy } from "../npy.ts";
import { readTfjsModel } from "../tfjs_model.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { peerText } from "./python.ts";

const labels = Array.from({ length: 15 }, (_, i) => `label ${i}`);
const registered = (name: string) => {
  const options: CompileOptions = { input: [224, 224, 1] };
  return {
    labels,
    need: "films" as Need,
    model: () => compile(buildModel(name, { numClasses: 15 }), options),
    images: films,
  };
};

/** What is exported, and 8 images for it, `[N, C, H, W]`. */
const subjects = {
  resnet18: registered("resnet18"),
  alexnet: registered("alexnet"),
  "every layer": { labels: everyLabel, need: "read" as Need, model: () => everyLayer(22), images: formulaImages },
};

async function films(): Promise<Float32Array<ArrayBuffer>> {
  const folder = new URL("nih_sample/images/", filmsFolder).pathname, images = new Float32Array(8 * 224 * 224);
  const paths = [...Deno.readDirSync(folder)].map(({ name }) => folder + name).sort().slice(0, 8);
  const options = { imageSize: 224, channels: [defaultNormalization], batchSize: 8 };
  const onFailed = (_: string, reason: string) => {
    throw new Error(reason);
  };
  for await (const batch of filmBatches(paths, { ...options, onFailed })) images.set(batch.images);
  return images;
}

function formulaImages(): Promise<Float32Array<ArrayBuffer>> {
  const value = noise("images");
  return Promise.resolve(Float32Array.from({ length: 8 * 2 * 22 * 22 }, (_, i) => value(i)));
}

/** Reads images of argument 2, and prints the logits of all 8 and of each alone. `run` is defined before. */
const print = `
images = np.load(sys.argv[2])
batch, single = run(images), np.concatenate([run(images[i:i + 1]) for i in range(8)])
print(json.dumps({"about": about, "batch": batch.ravel().tolist(), "single": single.ravel().tolist()}))
`;

const onnx = `
import json, sys
import numpy as np, onnx, onnxruntime
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
assert session.get_inputs()[0].shape[0] == "N" and session.get_outputs()[0].shape[0] == "N"
about = {"labels": json.loads({p.key: p.value for p in model.metadata_props}["labels"])}
run = lambda images: session.run(["logits"], {"images": images})[0]
${print}`;

const savedModel = `
import json, sys
import numpy as np, tensorflow as tf
serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
about = json.load(open(sys.argv[1] + "/assets.extra/thorax.json"))
run = lambda images: serve(images=tf.constant(images.transpose(0, 2, 3, 1)))["logits"].numpy()
${print}`;

interface Answer {
  readonly about: { readonly labels: readonly string[] };
  readonly batch: readonly number[];
  readonly single: readonly number[];
}

async function tfjsAnswer(path: string, images: Float32Array, [n, channels, height, width]: number[]): Promise<Answer> {
  await tfjs.setBackend("wasm");
  const model = await readTfjsModel(path);
  const run = (from: number, to: number) =>
    tfjs.tidy(() => {
      const size = channels * height * width;
      const x = tfjs.tensor4d(images.subarray(from * size, to * size), [to - from, channels, height, width]);
      return [...(model.predict({ images: tfjs.transpose(x, [0, 2, 3, 1]) }) as tfjs.Tensor).dataSync()];
    });
  const about = model.metadata as Answer["about"];
  const single = Array.from({ length: n }, (_, i) => run(i, i + 1)).flat();
  const answer = { about, batch: run(0, n), single };
  model.dispose();
  await tfjs.setBackend("cpu");
  return answer;
}

for (const [name, { labels, need, model: make, images: read }] of Object.entries(subjects)) {
  Deno.test(`export: ${name} in onnxruntime, TensorFlow and TensorFlow.js`, needs(need), async (t) => {
    using folder = temporaryFolder();
    const model = make(), [height, width, channels] = model.input;
    const [checkpoint, films] = ["model.safetensors", "films.npy"].map(folder.file);
    const shape = [8, channels, height, width], images = await read();
    await writeExportable(checkpoint, name.replace(" ", "_"), model, labels);
    Deno.writeFileSync(films, npy("<f4", shape, images));
    const predicted = JSON.parse(
      await succeed("predict", ["--ckpt-path", checkpoint, "--input", films, "--json", "--exact-convolution"]),
    );
    const expected: number[] = predicted.logits.flat();
    assert(Math.max(...expected) - Math.min(...expected) > 0.1);
    const formats: Record<string, (path: string) => Promise<Answer>> = {
      onnx: async (path) => JSON.parse(await peerText(["onnx", "onnxruntime"], onnx, path, films)),
      savedmodel: async (path) => JSON.parse(await peerText(["tensorflow"], savedModel, path, films)),
      tfjs: (path) => tfjsAnswer(path, images, shape),
    };
    for (const [format, answer] of Object.entries(formats)) {
      await t.step(format, async () => {
        const output = folder.file(format);
        await succeed("export", ["--ckpt-path", checkpoint, "--format", format, "--output", output]);
        const { about, batch, single } = await answer(output);
        assertEquals(about.labels, labels);
        for (const logits of [batch, single]) {
          assertEquals(logits.length, expected.length);
          logits.forEach((logit, i) => assert(Math.abs(logit - expected[i]) <= 1e-4, `${logit} for ${expected[i]}`));
        }
      });
    }
  });
}
