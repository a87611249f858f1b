import { assert, assertEquals, assertRejects } from "@std/assert";
import { openBatches } from "../data/stream/batches.ts";
import { skipUnreadable, UnreadableFilmsError } from "../data/checks/unreadable.ts";
import { UserError } from "../errors.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { withBrokenFilms } from "../tests/tiny.ts";
import { fitTiny, rowsOf, through, tinyState, tinyTraining, valuesOf } from "../tests/tiny_training.ts";
import { loadState } from "./state_file.ts";

const native = needs("ffi", "env", "read", "run", "write");

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
        imageSize: 8,
        workers: 0,
        onUnreadable: skipUnreadable(training.dataset, { total: 21, log: (line) => lines.push(line) }),
      });
      const error = await assertRejects(
        () => fitTiny({ ...training, batches }, tinyState(training)),
        UnreadableFilmsError,
      );
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
      const { state, ending } = await fitTiny(training, loaded);
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
    () => fitTiny(damaged, tinyState(training)),
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
    () => fitTiny(damaged, tinyState(training)),
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
  const interrupted = await fitTiny(stopped, tinyState(training));
  assertEquals([interrupted.ending, interrupted.state.progress.step], ["interrupted", 5]);
  const loaded = await loadState(training.folder.state, training.model);
  assertEquals([loaded.progress.epoch, loaded.progress.step], [1, 5]);
  assertEquals(valuesOf(loaded), valuesOf(interrupted.state));
  assert(Object.values(loaded.tensors.slots.means).some((mean) => mean.dataSync().some((value) => value !== 0)));
  const { state, ending } = await fitTiny(training, loaded);
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
  const { state, ending } = await fitTiny(stopped, tinyState(training));
  assertEquals([ending, state.progress.epoch, state.progress.step], ["interrupted", 0, 3]);
  assertEquals(folder.names(), ["last", "metrics.csv"]);
});
