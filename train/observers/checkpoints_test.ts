import { assert, assertEquals } from "@std/assert";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { linearModel } from "../../tests/tiny.ts";
import {
  contrary,
  fitTiny,
  rowsOf,
  tinyState,
  type TinyTraining,
  tinyTraining,
  validationLossesOf,
} from "../../tests/tiny_training.ts";
import { openCheckpoint } from "../../weights/checkpoint/checkpoint.ts";
import { loadState } from "../state_file.ts";

const native = needs("ffi", "env", "read", "run", "write");

Deno.test("fit: epochs, files, metrics; the loss falls", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 5, saveEvery: 2 });
  const { state, ending } = await fitTiny(training, tinyState(training));
  assertEquals([ending, state.progress.epoch, state.progress.step], ["epochs", 5, 15]);
  assertEquals(folder.names(), [
    "best_model.safetensors",
    "checkpoint_epoch2.safetensors",
    "checkpoint_epoch4.safetensors",
    "final_model.safetensors",
    "last",
    "metrics.csv",
  ]);
  const rows = rowsOf(training);
  assertEquals(rows.slice(0, 5).map(([epoch, step, split]) => [epoch, step, split].join(" ")), [
    "1 1 train",
    "1 2 train",
    "1 3 train",
    "1 3 val",
    "2 4 train",
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
    const linksOf = ({ folder: { best, final, epoch } }: TinyTraining) =>
      [best, final, epoch(1), epoch(2)].map((path) => Deno.statSync(path).nlink);
    const recorded = async (path: string) => {
      using checkpoint = await openCheckpoint(path);
      return [checkpoint.metadata.epoch, checkpoint.metadata.validationLoss];
    };
    await using falling = tinyTraining(folder.file("falling"), options);
    await fitTiny(falling, tinyState(falling));
    assertEquals(linksOf(falling), [3, 3, 1, 3]);
    const { best, final, epoch } = falling.folder, [one, two] = validationLossesOf(falling);
    assertEquals(await Promise.all([best, final, epoch(1), epoch(2)].map(recorded)), [[2, two], [2, two], [1, one], [
      2,
      two,
    ]]);

    await using rising = tinyTraining(folder.file("rising"), options);
    const { folder: risen } = rising;
    await fitTiny(contrary(rising), tinyState(rising));
    const [least, last] = validationLossesOf(rising);
    for (let time = 1; time <= 2; time++) {
      assertEquals(linksOf(rising), [2, 2, 2, 2]);
      assertEquals(await Promise.all([risen.best, risen.final].map(recorded)), [[1, least], [2, last]]);
      await fitTiny(contrary(rising), await loadState(risen.state, rising.model)); // at its end: the same again
    }
  },
);
