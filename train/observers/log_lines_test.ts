import { assertEquals } from "@std/assert";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { linearModel } from "../../tests/tiny.ts";
import { contrary, fitTiny, tinyState, tinyTraining } from "../../tests/tiny_training.ts";

const native = needs("ffi", "env", "read", "run", "write");

Deno.test("fit: says what it saved, and why it stopped", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  const lines: string[] = [], tell = (line: string) => void lines.push(line);
  const fixed = () => lines.splice(0).map((line) => line.replace(/\d+\.\d{2,4}/g, "…"));
  const epoch = (number: number, ...saved: string[]) => [`epoch ${number} - loss … - time …s`, "val loss …", ...saved];
  await using falling = tinyTraining(folder.file("falling"), { model: linearModel(), epochs: 3, saveEvery: 2 });
  await fitTiny(falling, tinyState(falling), tell);
  assertEquals(fixed(), [
    "Predicting the training shares alone: loss …, val loss …",
    "Starting training...",
    ...epoch(1, "Best model saved at epoch 1 with val loss …"),
    ...epoch(2, "Best model saved at epoch 2 with val loss …", "Checkpoint saved at epoch 2"),
    ...epoch(3, "Best model saved at epoch 3 with val loss …"),
    "Final model saved.",
  ]);
  await using rising = tinyTraining(folder.file("rising"), { model: linearModel(), epochs: 50, saveEvery: 50 });
  await fitTiny(contrary(rising), tinyState(rising), tell);
  const stopped = fixed();
  assertEquals(stopped.slice(2, 5), epoch(1, "Best model saved at epoch 1 with val loss …"));
  assertEquals(stopped.slice(-6, -1), [
    ...epoch(11),
    "Early stopping triggered at epoch 11.",
    "The validation loss has not improved in 10 epochs",
    "Final model saved.",
  ]);
});
