import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects } from "@std/assert";
import type { Weights } from "../dsl/layer.ts";
import { UserError } from "../errors.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyModel } from "../tests/tiny.ts";
import { tinyTraining } from "../tests/tiny_training.ts";
import { encodeMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import { saveWeights, stored } from "../weights/checkpoint/model_weights.ts";
import { writeSafetensors } from "../weights/safetensors/safetensors.ts";
import { defineOptimizer } from "./optimizers/optimizers.ts";
import type { Plateau } from "./schedules/reduce_on_plateau.ts";
import { initialState, type TrainState } from "./state.ts";
import { loadState, saveState } from "./state_file.ts";

const native = needs("ffi", "env", "read", "run", "write");
const valuesOf = ({ tensors: { weights, slots } }: TrainState) =>
  Object.fromEntries(
    Object.entries({ weights, ...slots }).map(([group, byPath]) => [
      group,
      Object.fromEntries(Object.entries(byPath).map(([path, tensor]) => [path, [...tensor.dataSync()]])),
    ]),
  );

Deno.test("state file: a state comes back as it was, moments and progress too", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const { model } = training, path = training.folder.state;
  const fresh = initialState(model, model.init(5));
  const schedule: Plateau = { learningRate: 0.0025, best: 0.6, badEpochs: 2 };
  const state: TrainState = {
    tensors: {
      ...fresh.tensors,
      slots: {
        means: Object.fromEntries(
          Object.entries(fresh.tensors.slots.means).map(([path, t], i) => [path, tf.add(t, i + 0.1)]),
        ),
        variances: Object.fromEntries(
          Object.entries(fresh.tensors.slots.variances).map(([path, t]) => [path, tf.add(t, 1e-9)]),
        ),
      },
    },
    progress: {
      step: 17,
      epoch: 4,
      schedule,
      best: { epoch: 2, loss: 0.59 },
    },
  };
  await saveState(path, training.describe(state.progress), state);
  const loaded = await loadState(path, model);
  assertEquals(loaded.progress, state.progress);
  assertEquals(valuesOf(loaded), valuesOf(state));
  await assertRejects(
    () => loadState(path, linearModel()),
    UserError,
    `${path} does not fit the model: head/kernel is [4,3], and the model has [64,3]`,
  );
});

Deno.test("state file: a checkpoint of weights alone is no state", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const model = tinyModel(), { progress } = initialState(model, model.init(5));
  await saveWeights(training.folder.best, training.describe(progress), model.init(5));
  await assertRejects(
    () => loadState(training.folder.best, model),
    UserError,
    `${training.folder.best} holds no training state. Resume from another run folder`,
  );
});

Deno.test("state file: a second moment below 0 is refused, a first one is not", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const { model } = training, path = training.folder.state;
  const { tensors, progress } = initialState(model, model.init(5)), { slots } = tensors;
  const lowered = (moments: Weights) =>
    Object.fromEntries(Object.entries(moments).map(([path, moment]) => [path, tf.sub(moment, 1)]));
  await saveState(path, training.describe(progress), {
    progress,
    tensors: { ...tensors, slots: { ...slots, means: lowered(slots.means) } },
  });
  assertEquals((await loadState(path, model)).tensors.slots.means["head/bias"].dataSync()[0], -1);
  const negative = { ...slots, variances: lowered(slots.variances) };
  await saveState(path, training.describe(progress), { progress, tensors: { ...tensors, slots: negative } });
  await assertRejects(
    () => loadState(path, model),
    UserError,
    `${path}: tensor "variances/conv/kernel" holds a variance of -1, at 0 of 36`,
  );
});

Deno.test("state file: what observers keep comes back, and a state without it has none", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const { model } = training, path = training.folder.state, state = initialState(model, model.init(5));
  const observers = { counter: { epochs: [1, 2] }, page: null };
  await saveState(path, training.describe(state.progress), { ...state, observers });
  assertEquals((await loadState(path, model)).observers, observers);
  await saveState(path, training.describe(state.progress), state);
  assertEquals((await loadState(path, model)).observers, undefined);
});

Deno.test("state file: the states of Thorax 0.1 say plateau for schedule", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const { model } = training, path = training.folder.state, { tensors, progress } = initialState(model, model.init(5));
  const { schedule: plateau, ...earlier } = { ...progress, schedule: { learningRate: 0.5, best: 0.25, badEpochs: 1 } };
  const all = [
    ...stored(tensors.weights, "weights/"),
    ...Object.entries(tensors.slots).flatMap(([name, slot]) => stored(slot, `${name}/`)),
  ];
  const metadata = encodeMetadata({ ...training.describe(progress), recipe: undefined });
  await writeSafetensors(path, all, { ...metadata, progress: JSON.stringify({ ...earlier, plateau }) });
  assertEquals((await loadState(path, model)).progress, { ...earlier, schedule: plateau });
});

Deno.test("state file: an optimizer has tensors of its own, which are asked for by their names", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const { model, recipe } = training, path = training.folder.state;
  const momentum = defineOptimizer({
    type: "momentum",
    learningRate: 0.1,
    clip: null,
    slots: ["velocity"],
    perRate: [],
    scalars: () => ({}),
    update: (parameter) => parameter,
  });
  const state = initialState(model, model.init(5), { ...recipe, optimizer: momentum });
  assertEquals(Object.keys(state.tensors.slots), ["velocity"]);
  await saveState(path, training.describe(state.progress), state);
  assertEquals(valuesOf(await loadState(path, model, momentum)), valuesOf(state));
  await assertRejects(
    () => loadState(path, model),
    UserError,
    `${path} does not fit the model: conv/kernel is missing`,
  );
});
