import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Batch } from "../data/stream/batches.ts";
import { compile } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import { UserError } from "../errors.ts";
import { buildModel } from "../models/registry.ts";
import { jit } from "../runtime/jit.ts";
import { countTraces } from "../tests/count_traces.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { linearModel } from "../tests/tiny.ts";
import { compilePrediction, predictBatches } from "./predict.ts";

const native = needs("read", "ffi", "env", "run");

/** Kernels as Kaiming has them, of waves; everything of a batch norm around 1. */
function weightOf(shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const spread = shape.length > 1 ? Math.sqrt(4 * shape[shape.length - 1] / size) : 0.3;
  return tf.tidy(() => {
    const wave = tf.sin(tf.mul(tf.cast(tf.range(0, size, 1, "int32"), "float32"), 1.7));
    return tf.reshape(tf.add(tf.mul(wave, spread), shape.length > 1 ? 0 : 1), [...shape]);
  });
}

for (const [name, size, normalized] of [["resnet18", 64, 20], ["vgg11_bn", 32, 8]] as const) {
  Deno.test(
    `compilePrediction: ${name}'s logits are the ones with its batch norms, none of which is left`,
    native,
    async () => {
      await useEngine();
      const model = compile(buildModel(name, { numClasses: 15 }), { input: [size, size, 1] });
      const before = tf.memory().numTensors;
      const weights: Weights = Object.fromEntries(model.parameters.map(({ path, shape }) => [path, weightOf(shape)]));
      const images = Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i));
      const x = tf.tensor4d(images, [3, size, size, 1]);
      const output = await jit((weights: Weights, x: Tensor4D) => model.apply(weights, x, { training: false }).output)(
        weights,
        x,
      );
      const expected = output.dataSync();
      {
        using prediction = compilePrediction(model, weights);
        const logits = await prediction.logits(images);
        const largest = Math.max(...expected.map(Math.abs));
        const error = Math.max(...logits.map((logit, i) => Math.abs(logit - expected[i]))) / largest;
        assert(error < 1e-5 && largest > 0, `max|Δ| / max|logit| is ${error}`);
      }
      const scales = model.parameters.filter(({ path }) => path.endsWith("/scale")).length;
      const folded = model.forInference(weights).weights;
      assertEquals([scales, Object.keys(folded).filter((path) => path.endsWith("/scale"))], [normalized, []]);
      tf.dispose([{ ...weights }, { ...folded }, output, x]);
      assertEquals(tf.memory().numTensors, before);
    },
  );
}

Deno.test(
  "predictBatches: one graph for all batches, and nothing of what the last one is padded with",
  native,
  async () => {
    await useEngine();
    const { model, traces } = countTraces(linearModel());
    const weights = model.init(1);
    const image = (film: number) => Float32Array.from({ length: 64 }, (_, i) => Math.sin(i + film));
    const films = [[4, 2], [9, 1], [7]], padding = new Float32Array(64).fill(NaN);
    async function* batches(): AsyncGenerator<Batch> {
      for (const batch of films) {
        const images = Float32Array.from([...batch.map(image), padding].slice(0, 2).flatMap((pixels) => [...pixels]));
        yield { films: batch, images, targets: Float32Array.of(1, 0, 1, 0, 1, 0), size: batch.length };
      }
    }
    const predicted = await predictBatches(model, weights, batches());
    assertEquals([predicted.films, traces.inference], [films.flat(), 1]);
    assertEquals([...predicted.targets], [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    using prediction = compilePrediction(model, weights);
    for (const [row, film] of films.flat().entries()) {
      const expected = await prediction.logits(image(film));
      expected.forEach((value, i) => assertAlmostEquals(predicted.logits[row * 3 + i], value, 1e-6));
    }
    assertEquals(predicted.logits.length, 15);
  },
);

Deno.test(
  "compilePrediction: of two checkpoints each keeps its own, and one graph serves a batch size",
  native,
  async () => {
    await useEngine();
    const { model, traces } = countTraces(linearModel());
    const before = tf.memory().numTensors, images = Float32Array.from({ length: 3 * 64 }, (_, i) => Math.sin(i));
    const expected = [1, 2].map((seed) => {
      const weights = model.init(seed), { apply, weights: own } = model.forInference(weights);
      const output = tf.tidy(() => apply(own, tf.tensor4d(images, [3, 8, 8, 1])).dataSync<"float32">());
      tf.dispose([{ ...own }, { ...weights }]);
      return output;
    });
    traces.inference = 0;
    {
      const [first, second] = [1, 2].map((seed) => {
        const weights = model.init(seed), prediction = compilePrediction(model, weights);
        tf.dispose({ ...weights }); // the prediction has its own
        return prediction;
      });
      using _first = first, _second = second;
      for (const count of [3, 1, 3]) {
        const some = images.subarray(0, count * 64);
        for (const [i, prediction] of [first, second].entries()) {
          const logits = await prediction.logits(some);
          logits.forEach((value, at) => assertAlmostEquals(value, expected[i][at], 1e-6));
        }
      }
      assertEquals(traces.inference, 4); // two sizes of each
    }
    assertEquals(tf.memory().numTensors, before);
  },
);

Deno.test("predictBatches: a logit that is no number ends it, and names film and label", native, async () => {
  await useEngine();
  const model = linearModel(), weights = model.init(1);
  async function* batches(): AsyncGenerator<Batch> {
    const images = new Float32Array(2 * 64).fill(NaN, 64);
    yield { films: [4, 9], images, targets: new Float32Array(6), size: 2 };
  }
  const error = await assertRejects(
    () => predictBatches(model, weights, batches(), { nameOf: (film, label) => `${film}.png, ${"abc"[label]}` }),
    UserError,
    "the model gives NaN for 9.png, a, which is not a finite number",
  );
  assertEquals(error.exitStatus, 1);
});
