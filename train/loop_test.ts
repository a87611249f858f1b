import { assertAlmostEquals, assertEquals } from "@std/assert";
import { countTraces } from "../tests/count_traces.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyModel } from "../tests/tiny.ts";
import { contrary, fitTiny, rowsOf, through, tinyState, tinyTraining, valuesOf } from "../tests/tiny_training.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { loadState } from "./state_file.ts";

const native = needs("ffi", "env", "read", "run", "write");

for (const [batchSize, graphs] of [[4, "one graph"], [5, "two graphs"]] as const) {
  Deno.test(
    `fit: ${graphs} for 12 films in batches of ${batchSize}, and one for the validation, whose last batch is padded`,
    native,
    async () => {
      await useEngine();
      using folder = temporaryFolder();
      const { model, traces } = countTraces(tinyModel());
      await using training = tinyTraining(folder.path, { model, batchSize, epochs: 2 });
      const { state } = await fitTiny(training, tinyState(training));
      assertEquals([state.progress.step, traces], [6, { training: graphs === "one graph" ? 1 : 2, inference: 1 }]);
    },
  );
}

Deno.test("fit: --max-steps ends in the middle of an epoch, which is validated and saved", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 50, maxSteps: 4 });
  const { state, ending } = await fitTiny(training, tinyState(training));
  assertEquals([ending, state.progress.epoch, state.progress.step], ["steps", 2, 4]);
  assertEquals(rowsOf(training).map(([, step, split]) => step + split).slice(-2), ["4train", "4val"]);
  assertEquals(folder.names().includes("final_model.safetensors"), true);
});

Deno.test("fit: --limit-train-batches and --limit-val-batches shorten each epoch", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { limitTrainBatches: 2, limitValBatches: 1 });
  const seen: number[] = [];
  await fitTiny(
    through(training, (batch) => {
      seen.push(batch.size);
      return batch;
    }),
    tinyState(training),
  );
  assertEquals(seen, [4, 4, 4, 4, 4, 4]); // twice: two to train on, one to validate
});

Deno.test("fit: ends after ten epochs without improvement", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 50 });
  const { state, ending } = await fitTiny(contrary(training), tinyState(training));
  assertEquals([ending, state.progress.epoch, state.progress.best?.epoch], ["no improvement", 11, 1]);
  using best = await openCheckpoint(training.folder.best);
  assertEquals(best.metadata.epoch, 1);
});

Deno.test("fit: ends where the plateau has halved the learning rate below 1e-6", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 50, lr: 1.5e-6 });
  const { state, ending } = await fitTiny(contrary(training), tinyState(training));
  assertEquals([ending, state.progress.epoch, state.progress.schedule.learningRate], ["learning rate", 5, 0.75e-6]);
});

Deno.test("fit: a small rate of the user's own ends nothing; once it is halved it does", native, async () => {
  await useEngine();
  using one = temporaryFolder(), two = temporaryFolder();
  const options = { model: linearModel(), lr: 5e-7 };
  await using short = tinyTraining(one.path, { ...options, epochs: 1 });
  await fitTiny(short, tinyState(short));
  await using falling = tinyTraining(one.path, { ...options, epochs: 4 });
  const { state, ending } = await fitTiny(falling, await loadState(falling.folder.state, falling.model));
  assertEquals([ending, state.progress.epoch, state.progress.schedule.learningRate], ["epochs", 4, 5e-7]);

  await using rising = tinyTraining(two.path, { ...options, epochs: 50 });
  const stopped = await fitTiny(contrary(rising), tinyState(rising));
  assertEquals([stopped.ending, stopped.state.progress.schedule.learningRate], ["learning rate", 2.5e-7]);
});

Deno.test("fit: a rate below 1e-6 ends nothing while --lr-for keeps another above it", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 7, lr: 1.5e-6 });
  const rates = new Map([["head/bias", 1000]]);
  const { state, ending } = await fitTiny({ ...contrary(training), rates }, tinyState(training));
  assertEquals([ending, state.progress.schedule.learningRate], ["epochs", 0.75e-6]);
});

Deno.test("fit: of equal losses the earlier is the best", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { model: linearModel(), epochs: 3, lr: 1e-30 });
  const { state } = await fitTiny(training, tinyState(training));
  const losses = rowsOf(training).filter(([, , split]) => split === "val").map(([, , , loss]) => loss);
  assertEquals([new Set(losses).size, state.progress.best?.epoch], [1, 1]);
});

Deno.test("fit: an epoch, and then another from the file, are two epochs", native, async () => {
  await useEngine();
  using one = temporaryFolder(), two = temporaryFolder();
  await using straight = tinyTraining(one.path, { epochs: 2, splitType: "balanced" });
  const whole = await fitTiny(straight, tinyState(straight));
  await using first = tinyTraining(two.path, { epochs: 1, splitType: "balanced" });
  await fitTiny(first, tinyState(first));
  await using second = tinyTraining(two.path, { epochs: 2, splitType: "balanced" });
  const resumed = await fitTiny(second, await loadState(second.folder.state, second.model));
  assertEquals(resumed.state.progress.step, whole.state.progress.step);
  const expected = valuesOf(whole.state);
  valuesOf(resumed.state).forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
});

Deno.test("fit: a state that is at its end stays as it is", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { maxSteps: 2 });
  const { state } = await fitTiny(training, tinyState(training));
  const before = valuesOf(state), rows = rowsOf(training).length;
  const again = await fitTiny(training, state);
  assertEquals([again.ending, again.state.progress], ["steps", state.progress]);
  assertEquals([valuesOf(again.state), rowsOf(training).length], [before, rows]);
});
