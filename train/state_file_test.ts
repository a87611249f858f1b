import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyModel, tinyTraining } from "../tests/tiny.ts";
import { saveWeights } from "../weights/checkpoint/model_weights.ts";
import { initialState, type TrainState } from "./state.ts";
import { loadState, saveState } from "./state_file.ts";

const native = needs("ffi", "env", "read", "run", "write");
const valuesOf = ({ tensors }: TrainState) =>
  Object.fromEntries(
    Object.entries(tensors).map(([group, byPath]) => [
      group,
      Object.fromEntries(Object.entries(byPath).map(([path, tensor]) => [path, [...tensor.dataSync()]])),
    ]),
  );

Deno.test("state file: a state comes back as it was, moments and progress too", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const { model } = training, path = training.folder.state;
  const fresh = initialState(model, model.init(5), 0.01);
  const state: TrainState = {
    tensors: {
      ...fresh.tensors,
      means: Object.fromEntries(Object.entries(fresh.tensors.means).map(([path, t], i) => [path, tf.add(t, i + 0.1)])),
      variances: Object.fromEntries(
        Object.entries(fresh.tensors.variances).map(([path, t]) => [path, tf.add(t, 1e-9)]),
      ),
    },
    progress: {
      step: 17,
      epoch: 4,
      plateau: { learningRate: 0.0025, best: 0.6, badEpochs: 2 },
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
  const model = tinyModel(), { progress } = initialState(model, model.init(5), 0.01);
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
  const { tensors, progress } = initialState(model, model.init(5), 0.01);
  const lowered = (moments: typeof tensors.means) =>
    Object.fromEntries(Object.entries(moments).map(([path, moment]) => [path, tf.sub(moment, 1)]));
  await saveState(path, training.describe(progress), {
    progress,
    tensors: { ...tensors, means: lowered(tensors.means) },
  });
  assertEquals((await loadState(path, model)).tensors.means["head/bias"].dataSync()[0], -1);
  const variances = lowered(tensors.variances);
  await saveState(path, training.describe(progress), { progress, tensors: { ...tensors, variances } });
  await assertRejects(
    () => loadState(path, model),
    UserError,
    `${path}: tensor "variances/conv/kernel" holds a variance of -1, at 0 of 36`,
  );
});
