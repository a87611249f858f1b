import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Model } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyModel } from "../tests/tiny.ts";
import { fitTiny, rowsOf, tinyState, tinyTraining } from "../tests/tiny_training.ts";
import { defineEarlyStop } from "./early_stops/early_stops.ts";
import { fit } from "./loop.ts";
import { defineLoss } from "./losses/losses.ts";
import { defineSampler } from "./samplers/samplers.ts";
import { defineSchedule } from "./schedules/schedules.ts";

const native = needs("ffi", "env", "read", "run", "write");

Deno.test(
  "fit: a loss of one's own is what training and validation measure, and nothing is compared with it",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 2 });
    const doubled = defineLoss({
      type: "doubled",
      perExample: (logits, targets) =>
        tf.mul(2, training.recipe.loss.type === "bceWithLogits" ? entropy(logits, targets) : 0),
    });
    const entropy = (logits: tf.Tensor, targets: tf.Tensor) =>
      tf.mean<tf.Tensor1D>(tf.sub(tf.softplus(logits), tf.mul(logits, targets)), -1);
    const lines: string[] = [];
    await fitTiny(training, tinyState(training));
    const plain = rowsOf(training).map(([, , , loss]) => Number(loss));
    using other = temporaryFolder();
    await using own = tinyTraining(other.path, { model: linearModel(), epochs: 2 });
    await fitTiny(
      { ...own, recipe: { ...own.recipe, loss: doubled } },
      tinyState(own),
      (line) => void lines.push(line),
    );
    const twice = rowsOf(own).map(([, , , loss]) => Number(loss));
    // Adam's steps do not depend on the gradient's scale, as far as nothing is clipped
    assertAlmostEquals(twice[0], 2 * plain[0], 1e-5);
    assertEquals(twice.length, plain.length);
    assertEquals(lines[0], "Starting training...");
  },
);

Deno.test(
  "fit: a schedule of one's own sets the rate of each step, and keeps its state from epoch to epoch",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path, { epochs: 2 });
    const seen: unknown[] = [];
    const schedule = defineSchedule({
      type: "counted",
      begin: (learningRate: number) => ({ learningRate, epochs: 0 }),
      afterEpoch: ({ epochs, ...state }: { learningRate: number; epochs: number }) => ({
        ...state,
        epochs: epochs + 1,
      }),
      atStep: ({ epochs }: { learningRate: number; epochs: number }, at) => {
        seen.push(at);
        return at.initial / (1 + 10 * epochs + at.step);
      },
    });
    const recipe = { ...training.recipe, schedule };
    const { state } = await fitTiny({ ...training, recipe }, tinyState({ ...training, recipe }));
    const at = (step: number, epoch: number) => ({ initial: 0.01, step, epoch, epochs: 2, stepsPerEpoch: 3 });
    assertEquals(seen, [at(1, 1), at(2, 1), at(3, 1), at(4, 2), at(5, 2), at(6, 2)]);
    const rates = rowsOf(training).filter(([, , split]) => split === "train").map(([, , , , rate]) => Number(rate));
    assertEquals(rates, [2, 3, 4, 15, 16, 17].map((divisor) => 0.01 / divisor));
    assertEquals(Object.entries(state.progress.schedule), [["learningRate", 0.01], ["epochs", 2]]);
  },
);

Deno.test(
  "fit: a sampler and an early stop of one's own decide which films are shown, and for how long",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path, { epochs: 9, batchSize: 2 });
    const shown: number[][] = [], lines: string[] = [];
    const recipe = {
      ...training.recipe,
      sampler: defineSampler({ type: "one-by-one", draw: (_, { epoch }) => [epoch, epoch + 1] }),
      earlyStop: defineEarlyStop({
        type: "third",
        decide: ({ epoch }) => epoch === 3 ? { ending: "early stop", reason: "Three are enough" } : undefined,
      }),
    };
    const batches: typeof training.batches = {
      ...training.batches,
      async *stream(order, options) {
        if (!options.pad) shown.push([...order]);
        yield* training.batches.stream(order, options);
      },
    };
    const { ending } = await fitTiny(
      { ...training, recipe, batches },
      tinyState(training),
      (line) => void lines.push(line),
    );
    assertEquals([ending, shown], ["early stop", [[1, 2], [2, 3], [3, 4]]]);
    assert(lines.join("\n").includes("Early stopping triggered at epoch 3.\nThree are enough\nFinal model saved."));
    const outside = { ...recipe, sampler: defineSampler({ type: "outside", draw: () => [12] }) };
    await assertRejects(
      () => fit({ ...training, recipe: outside }),
      UserError,
      "outside sampling drew film 12 of 12",
    );
  },
);

/** The model, and in what precision and mode it is applied. */
function spied(model: Model) {
  const training: unknown[] = [], inference: unknown[] = [];
  const spy: Model = {
    ...model,
    apply(weights, x, mode) {
      if (mode.training) training.push([mode.precision, mode.remat]);
      return model.apply(weights, x, { ...mode, precision: undefined, remat: undefined });
    },
    forInference(weights) {
      const { apply, ...rest } = model.forInference(weights);
      return {
        ...rest,
        apply(folded, x, precision) {
          inference.push(precision);
          return apply(folded, x);
        },
      };
    },
  };
  return { model: spy, training, inference };
}

Deno.test("fit: precision and remat reach the step, precision the validation", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  const { model, training, inference } = spied(tinyModel());
  await using run = tinyTraining(folder.path, { model, epochs: 1, precision: "bfloat16", remat: true });
  await fit(run, tinyState(run));
  assertEquals([training, inference], [[["bfloat16", true]], ["bfloat16"]]);
});

Deno.test("fit: without a state it begins with weights drawn from its seed", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 1, lr: 1e-30 });
  const model = training.model, expected = [...model.init(3)["conv/kernel"].dataSync()];
  const { state } = await fit({ ...training, seed: 3 });
  assertEquals([...state.tensors.weights["conv/kernel"].dataSync()], expected);
  await assertRejects(
    () => fit({ ...training, batchSize: 1.5 }),
    UserError,
    "batchSize must be an integer of at least 1, got 1.5",
  );
});
