import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { checkOptions } from "./options/option.ts";
import { trainOptions } from "./options/train_options.ts";
import { trainVoids, voidOptions } from "./void_options.ts";

function linesOf(given: Readonly<Record<string, unknown>>): string[] {
  return voidOptions(trainVoids, { table: trainOptions, options: checkOptions(trainOptions, given), given });
}

Deno.test("voidOptions: options of training beside --test-only are named, defaults are not", () => {
  const test = { testOnly: true, ckptPath: "a", dataDir: "b", batchSize: 8, logDir: "c" };
  assertEquals(linesOf(test), []);
  assertEquals(linesOf({ ...test, lr: 1e-3, epochs: 5, splitSeed: 7, shuffle: false }), [
    "--test-only leaves --epochs, --lr, --split-seed, --no-shuffle without effect",
  ]);
});

Deno.test("voidOptions: what another option's value makes void", () => {
  assertEquals(linesOf({ model: "vgg16", index: 1, device: "cpu" }), ["--device cpu leaves --index without effect"]);
  assertEquals(linesOf({ model: "vgg16", index: 1 }), []);
  assertEquals(linesOf({ headOnly: true, remat: true }), ["--head-only leaves --remat without effect"]);
  assertEquals(linesOf({ epochs: 5, saveEvery: 20 }), ["--epochs 5 leaves --save-every without effect"]);
  assertEquals(linesOf({ epochs: 5, saveEvery: 5 }), []);
  assertEquals(linesOf({ resume: "run", ckptDir: "a", strict: true }), [
    "--resume leaves --ckpt-dir, --strict without effect",
  ]);
});

Deno.test("voidOptions: where the result would not be what was asked for, it is refused", () => {
  assertEquals(
    assertThrows(() => linesOf({ testOnly: true, ckptPath: "a", resume: "run" }), UserError).message,
    "--test-only leaves --resume without effect. Leave one of them out: one tests a checkpoint, the other goes on with a run",
  );
});
