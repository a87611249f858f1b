import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Batch } from "../data/stream/batches.ts";
import type { Model } from "../dsl/compile/compile.ts";
import { bfloat16Speedup } from "../ops/precision.ts";
import { countTraces } from "../tests/count_traces.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { tinyModel } from "../tests/tiny.ts";
import { sigmoidCrossEntropy } from "./losses/bce_with_logits.ts";
import { batchTensors, compileValidation } from "./validate.ts";

/** Two batches of two films of 8×8; the second one's last is padding. */
const batches: readonly Batch[] = [2, 1].map((size, batch) => ({
  films: Array.from({ length: size }, (_, film) => 2 * batch + film),
  images: Float32Array.from({ length: 2 * 64 }, (_, i) => Math.sin(i + batch)),
  targets: Float32Array.of(1, 0, 0, 0, 1, 0),
  size,
}));

async function* stream() {
  yield* batches;
}

/** The same without `forInference` and `jit`: the mean of the batches' means. */
function lossOf(model: Model, weights: ReturnType<Model["init"]>): number {
  const means = batches.map((batch) =>
    tf.tidy(() => {
      const { images, targets } = batchTensors(batch, model);
      const losses = sigmoidCrossEntropy(model.apply(weights, images, { training: false }).output, targets);
      return tf.mean(tf.slice(losses, 0, batch.size)).dataSync()[0];
    })
  );
  return (means[0] + means[1]) / 2;
}

Deno.test(
  "compileValidation: epoch after epoch the loss of the weights as they are, of one trace, with nothing left over",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    const { model, traces } = countTraces(tinyModel());
    const validate = compileValidation(model);
    const before = tf.memory().numTensors;
    for (const epoch of [1, 2, 3]) {
      const first = model.init(epoch);
      const weights = { ...first, "bn/mean": tf.fill([4], epoch / 10), "bn/variance": tf.fill([4], epoch) };
      const seen: number[] = [];
      const loss = await validate(weights, stream(), (done) => seen.push(done));
      assertAlmostEquals(loss, lossOf(model, weights), 1e-6);
      assertEquals(seen, [1, 2]);
      tf.dispose([{ ...first }, weights]);
    }
    assertEquals([traces.inference, tf.memory().numTensors - before], [1, 0]);
  },
);

Deno.test(
  "compileValidation: in bfloat16 the loss is rounded, and near float32's",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    if (bfloat16Speedup() === 0) return; // nothing to compute with
    const model = tinyModel(), weights = model.init(1);
    const loss = (precision: "float32" | "bfloat16") =>
      compileValidation(model, { precision })({ ...weights }, stream(), () => {});
    const [exact, rounded] = [await loss("float32"), await loss("bfloat16")];
    assert(exact !== rounded && Math.abs(exact - rounded) < 0.01, `${rounded} against ${exact}`);
    tf.dispose({ ...weights });
  },
);
