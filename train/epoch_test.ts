import { assertEquals } from "@std/assert";
import { reads } from "../runtime/testing.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { tinyTraining } from "../tests/tiny.ts";
import { trainEpoch, validateEpoch } from "./epoch.ts";
import { initialState } from "./state.ts";
import { compileStep } from "./step.ts";
import { compileValidation } from "./validate.ts";

Deno.test(
  "epoch: a step reads its loss, norm and whether they are finite, and a whole validation its sum",
  needs("ffi", "env", "read", "run", "write"),
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path);
    const { model, options } = training;
    const step = compileStep(model, options), validate = compileValidation(model);
    let state = initialState(model, model.init(1), options.lr);
    for (const epoch of [1, 2]) {
      const trained = await reads(async () => {
        ({ state } = await trainEpoch(training, step, state, epoch));
      });
      assertEquals(trained, [3, 3, 3]); // three steps
      assertEquals(await reads(() => validateEpoch(training, validate, state, epoch)), [1]); // two batches
    }
  },
);
