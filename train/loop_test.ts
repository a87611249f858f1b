import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { type Batch, openBatches } from "../data/stream/batches.ts";
import { skipUnreadable, UnreadableFilmsError } from "../data/checks/unreadable.ts";
import { UserError } from "../errors.ts";
import { countTraces } from "../tests/count_traces.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyModel, tinyTraining, withBrokenFilms } from "../tests/tiny.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { openLog } from "./log.ts";
import { fit } from "./loop.ts";
import { initialState, type TrainState } from "./state.ts";
import { loadState } from "./state_file.ts";
import type { Training } from "./training.ts";

const native = needs("ffi", "env", "read", "run", "write");

const start = ({ model, options }: Training) => initialState(model, model.init(1), options.lr);
const rowsOf = ({ folder }: Training) =>
  Deno.readTextFileSync(folder.metrics).trim().split("\n").slice(1).map((line) => line.split(","));
const validationLossesOf = (training: Training) =>
  rowsOf(training).filter(([, , split]) => split === "val").map(([, , , loss]) => Number(loss));
const valuesOf = ({ tensors }: TrainState) =>
  Object.values(tensors).flatMap((group) => Object.values(group).flatMap((tensor) => [...tensor.dataSync()]));

/** The same run, whose batches pass through `change`, numbered from 1. */
function through(training: Training, change: (batch: Batch, number: number) => Batch): Training {
  let number = 0;
  return {
    ...training,
    batches: {
      ...training.batches,
      async *stream(order, options) {
        for await (const batch of training.batches.stream(order, options)) yield change(batch, ++number);
      },
    },
  };
}

/** The validation films' labels, turned round: what training learns makes the validation loss worse. */
const contrary = (training: Training) =>
  through(
    training,
    (batch) => batch.films[0] < 12 ? batch : { ...batch, targets: batch.targets.map((target) => 1 - target) },
  );

Deno.test("fit: epochs, files, metrics; the loss falls", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 5, saveEvery: 2 });
  const { state, ending } = await fit(training, start(training));
  assertEquals([ending, state.progress.epoch, state.progress.step], ["epochs", 5, 15]);
  assertEquals(folder.names(), [
    ...["best_model.safetensors", "checkpoint_epoch2.safetensors", "checkpoint_epoch4.safetensors"],
    ...["final_model.safetensors", "last", "metrics.csv"],
  ]);
  const rows = rowsOf(training);
  assertEquals(rows.slice(0, 5).map(([epoch, step, split]) => [epoch, step, split].join(" ")), [
    ...["1 1 train", "1 2 train", "1 3 train", "1 3 val", "2 4 train"],
  ]);
  assertEquals(rows.length, 20);
  const losses = validationLossesOf(training);
  assert(losses[4] < losses[0], `the validation losses are ${losses}`);
  using best = await openCheckpoint(training.folder.best);
  const least = losses.indexOf(Math.min(...losses));
  assertEquals([best.metadata.epoch, best.metadata.validationLoss], [least + 1, losses[least]]);
  using kept = await openCheckpoint(training.folder.epoch(2));
  assertEquals([kept.metadata.epoch, kept.metadata.step, kept.metadata.model], [2, 6, "tiny"]);
});

Deno.test(
  "fit: equal weights are stored once, and each file keeps its own when another is replaced",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    const options = { model: linearModel(), epochs: 2, saveEvery: 1 };
    const linksOf = ({ folder: { best, final, epoch } }: Training) =>
      [best, final, epoch(1), epoch(2)].map((path) => Deno.statSync(path).nlink);
    const recorded = async (path: string) => {
      using checkpoint = await openCheckpoint(path);
      return [checkpoint.metadata.epoch, checkpoint.metadata.validationLoss];
    };
    await using falling = tinyTraining(folder.file("falling"), options);
    await fit(falling, start(falling));
    assertEquals(linksOf(falling), [3, 3, 1, 3]);
    const { best, final, epoch } = falling.folder, [one, two] = validationLossesOf(falling);
    assertEquals(await Promise.all([best, final, epoch(1), epoch(2)].map(recorded)), [[2, two], [2, two], [1, one], [
      2,
      two,
    ]]);

    await using rising = tinyTraining(folder.file("rising"), options);
    const { folder: risen } = rising;
    await fit(contrary(rising), start(rising));
    const [least, last] = validationLossesOf(rising);
    for (let time = 1; time <= 2; time++) {
      assertEquals(linksOf(rising), [2, 2, 2, 2]);
      assertEquals(await Promise.all([risen.best, risen.final].map(recorded)), [[1, least], [2, last]]);
      await fit(contrary(rising), await loadState(risen.state, rising.model)); // at its end: the same again
    }
  },
);

Deno.test("fit: says what it saved, and why it stopped", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  const lines: string[] = [];
  await openLog({
    ...{ directory: folder.file("logs"), model: "tiny", splitType: "original", test: false, now: new Date(), head: [] },
    console: (line) => void lines.push(line),
  });
  const fixed = () => lines.splice(0).map((line) => line.replace(/\d+\.\d{2,4}/g, "…"));
  const epoch = (number: number, ...saved: string[]) => [`epoch ${number} - loss … - time …s`, "val loss …", ...saved];
  await using falling = tinyTraining(folder.file("falling"), { model: linearModel(), epochs: 3, saveEvery: 2 });
  await fit(falling, start(falling));
  assertEquals(fixed(), [
    ...epoch(1, "Best model saved at epoch 1 with val loss …"),
    ...epoch(2, "Best model saved at epoch 2 with val loss …", "Checkpoint saved at epoch 2"),
    ...epoch(3, "Best model saved at epoch 3 with val loss …"),
    "Final model saved.",
  ]);
  await using rising = tinyTraining(folder.file("rising"), { model: linearModel(), epochs: 50, saveEvery: 50 });
  await fit(contrary(rising), start(rising));
  const stopped = fixed();
  assertEquals(stopped.slice(0, 3), epoch(1, "Best model saved at epoch 1 with val loss …"));
  assertEquals(stopped.slice(-6, -1), [
    ...epoch(11),
    "Early stopping triggered at epoch 11.",
    "The validation loss has not improved in 10 epochs",
    "Final model saved.",
  ]);
});

for (const [batchSize, graphs] of [[4, "one graph"], [5, "two graphs"]] as const) {
  Deno.test(
    `fit: ${graphs} for 12 films in batches of ${batchSize}, and one for the validation, whose last batch is padded`,
    native,
    async () => {
      await useEngine();
      using folder = temporaryFolder();
      const { model, traces } = countTraces(tinyModel());
      await using training = tinyTraining(folder.path, { model, batchSize, epochs: 2 });
      const { state } = await fit(training, start(training));
      assertEquals([state.progress.step, traces], [6, { training: graphs === "one graph" ? 1 : 2, inference: 1 }]);
    },
  );
}

Deno.test("fit: --max-steps ends in the middle of an epoch, which is validated and saved", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 50, maxSteps: 4 });
  const { state, ending } = await fit(training, start(training));
  assertEquals([ending, state.progress.epoch, state.progress.step], ["steps", 2, 4]);
  assertEquals(rowsOf(training).map(([, step, split]) => step + split).slice(-2), ["4train", "4val"]);
  assertEquals(folder.names().includes("final_model.safetensors"), true);
});

Deno.test("fit: --limit-train-batches and --limit-val-batches shorten each epoch", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { limitTrainBatches: 2, limitValBatches: 1 });
  const seen: number[] = [];
  await fit(
    through(training, (batch) => {
      seen.push(batch.size);
      return batch;
    }),
    start(training),
  );
  assertEquals(seen, [4, 4, 4, 4, 4, 4]); // twice: two to train on, one to validate
});

Deno.test("fit: ends after ten epochs without improvement", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 50 });
  const { state, ending } = await fit(contrary(training), start(training));
  assertEquals([ending, state.progress.epoch, state.progress.best?.epoch], ["no improvement", 11, 1]);
  using best = await openCheckpoint(training.folder.best);
  assertEquals(best.metadata.epoch, 1);
});

Deno.test("fit: ends where the plateau has halved the learning rate below 1e-6", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 50, lr: 1.5e-6 });
  const { state, ending } = await fit(contrary(training), start(training));
  assertEquals([ending, state.progress.epoch, state.progress.plateau.learningRate], ["learning rate", 5, 0.75e-6]);
});

Deno.test("fit: a small rate of the user's own ends nothing; once it is halved it does", native, async () => {
  await useEngine();
  using one = temporaryFolder(), two = temporaryFolder();
  const options = { model: linearModel(), lr: 5e-7 };
  await using short = tinyTraining(one.path, { ...options, epochs: 1 });
  await fit(short, start(short));
  await using falling = tinyTraining(one.path, { ...options, epochs: 4 });
  const { state, ending } = await fit(falling, await loadState(falling.folder.state, falling.model));
  assertEquals([ending, state.progress.epoch, state.progress.plateau.learningRate], ["epochs", 4, 5e-7]);

  await using rising = tinyTraining(two.path, { ...options, epochs: 50 });
  const stopped = await fit(contrary(rising), start(rising));
  assertEquals([stopped.ending, stopped.state.progress.plateau.learningRate], ["learning rate", 2.5e-7]);
});

Deno.test("fit: a rate below 1e-6 ends nothing while --lr-for keeps another above it", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 7, lr: 1.5e-6 });
  const rates = new Map([["head/bias", 1000]]);
  const { state, ending } = await fit({ ...contrary(training), rates }, start(training));
  assertEquals([ending, state.progress.plateau.learningRate], ["epochs", 0.75e-6]);
});

Deno.test("fit: of equal losses the earlier is the best", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 3, lr: 1e-30 });
  const { state } = await fit(training, start(training));
  const losses = rowsOf(training).filter(([, , split]) => split === "val").map(([, , , loss]) => loss);
  assertEquals([new Set(losses).size, state.progress.best?.epoch], [1, 1]);
});

// in file order the films 0 to 11 are trained on: the second lost one is met in the third batch
for (const [part, lost, steps] of [["training", [1, 11], 2], ["validation", [12, 13], 3]] as const) {
  Deno.test(
    `fit: too many unreadable ${part} films end the run after its state is saved; mended, it goes on`,
    native,
    async () => {
      await useEngine();
      using folder = temporaryFolder();
      await using training = tinyTraining(folder.path, { shuffle: false });
      const lines: string[] = [];
      await using batches = openBatches(withBrokenFilms(training.dataset, new Set<number>(lost)), {
        ...{ imageSize: 8, workers: 0 },
        onUnreadable: skipUnreadable(training.dataset, { total: 21, log: (line) => lines.push(line) }),
      });
      const error = await assertRejects(() => fit({ ...training, batches }, start(training)), UnreadableFilmsError);
      assertEquals(
        [error.message, error.exitStatus, lines.length],
        [
          "2 of 21 films cannot be decoded, which is more than 1 %. Restore them, or move them away and give --on-bad-image skip",
          1,
          2,
        ],
      );
      assertEquals(rowsOf(training).length, steps);
      const loaded = await loadState(training.folder.state, training.model);
      assertEquals([loaded.progress.epoch, loaded.progress.step], [0, steps]);
      const { state, ending } = await fit(training, loaded);
      assertEquals([ending, state.progress.epoch, state.progress.step], ["epochs", 2, steps + 6]);
    },
  );
}

Deno.test("fit: a loss that is not finite ends the run, names the step, leaves the checkpoints", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 3 });
  const files = () =>
    ["best_model.safetensors", "last/state.safetensors"].map((name) => Deno.readFileSync(folder.file(name)));
  let before: Uint8Array[] = [];
  // an epoch has three batches to train on and two to validate: the sixth begins epoch 2
  const damaged = through(training, (batch, number) => {
    if (number === 6) before = files();
    return number === 7 ? { ...batch, images: batch.images.map(() => NaN) } : batch;
  });
  const error = await assertRejects(
    () => fit(damaged, start(training)),
    UserError,
    "step 5 (epoch 2): the loss is NaN and the gradient's norm NaN. Lower --lr; the checkpoints are as they were",
  );
  assertEquals(error.exitStatus, 1);
  assertEquals(files(), before);
  assertEquals(folder.names().includes("final_model.safetensors"), false);
});

Deno.test("fit: a validation loss that is not finite ends the run too", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const damaged = through(
    training,
    (batch) => batch.films[0] < 12 ? batch : { ...batch, images: batch.images.map(() => NaN) },
  );
  const error = await assertRejects(
    () => fit(damaged, start(training)),
    UserError,
    "epoch 1: the validation loss is NaN",
  );
  assertEquals([error.exitStatus, folder.names()], [1, ["last", "metrics.csv"]]);
});

Deno.test("fit: interrupted in a step, it finishes it, keeps the state, and goes on from there", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 3 });
  const controller = new AbortController();
  const stopped = through({ ...training, signal: controller.signal }, (batch, number) => {
    if (number === 7) controller.abort(); // the second batch of epoch 2
    return batch;
  });
  const interrupted = await fit(stopped, start(training));
  assertEquals([interrupted.ending, interrupted.state.progress.step], ["interrupted", 5]);
  const loaded = await loadState(training.folder.state, training.model);
  assertEquals([loaded.progress.epoch, loaded.progress.step], [1, 5]);
  assertEquals(valuesOf(loaded), valuesOf(interrupted.state));
  assert(Object.values(loaded.tensors.means).some((mean) => mean.dataSync().some((value) => value !== 0)));
  const { state, ending } = await fit(training, loaded);
  assertEquals([ending, state.progress.epoch, state.progress.step], ["epochs", 3, 5 + 3 + 3]);
});

Deno.test("fit: interrupted in validation, it keeps the state without finishing it", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path);
  const controller = new AbortController();
  const stopped = through({ ...training, signal: controller.signal }, (batch, number) => {
    if (number === 4) controller.abort();
    return batch;
  });
  const { state, ending } = await fit(stopped, start(training));
  assertEquals([ending, state.progress.epoch, state.progress.step], ["interrupted", 0, 3]);
  assertEquals(folder.names(), ["last", "metrics.csv"]);
});

Deno.test("fit: an epoch, and then another from the file, are two epochs", native, async () => {
  await useEngine();
  using one = temporaryFolder(), two = temporaryFolder();
  await using straight = tinyTraining(one.path, { epochs: 2, splitType: "balanced" });
  const whole = await fit(straight, start(straight));
  await using first = tinyTraining(two.path, { epochs: 1, splitType: "balanced" });
  await fit(first, start(first));
  await using second = tinyTraining(two.path, { epochs: 2, splitType: "balanced" });
  const resumed = await fit(second, await loadState(second.folder.state, second.model));
  assertEquals(resumed.state.progress.step, whole.state.progress.step);
  const expected = valuesOf(whole.state);
  valuesOf(resumed.state).forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
});

Deno.test("fit: a state that is at its end stays as it is", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { maxSteps: 2 });
  const { state } = await fit(training, start(training));
  const before = valuesOf(state), rows = rowsOf(training).length;
  const again = await fit(training, state);
  assertEquals([again.ending, again.state.progress], ["steps", state.progress]);
  assertEquals([valuesOf(again.state), rowsOf(training).length], [before, rows]);
});
