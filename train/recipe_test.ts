import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { clipByGlobalNorm } from "./clipping/clip_by_global_norm.ts";
import { earlyStop } from "./early_stops/patience.ts";
import { bceWithLogits } from "./losses/bce_with_logits.ts";
import { defineLoss } from "./losses/losses.ts";
import { type Adam, adam } from "./optimizers/adam.ts";
import { defineOptimizer } from "./optimizers/optimizers.ts";
import { recordRecipe, reviveRecipe } from "./recipe_record.ts";
import { documentRecipe, readRecipe } from "./recipe.ts";
import { sampler } from "./samplers/samplers.ts";
import { reduceOnPlateau } from "./schedules/reduce_on_plateau.ts";
import { defineSchedule } from "./schedules/schedules.ts";

const refused = (make: () => unknown, message: string) => assertEquals(assertThrows(make, UserError).message, message);

Deno.test("documentRecipe: its numbers are the document's, and the constructors' defaults", () => {
  assertEquals(JSON.parse(JSON.stringify(documentRecipe)), {
    loss: { type: "bceWithLogits" },
    optimizer: {
      type: "adam",
      learningRate: 5e-5,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 1e-4,
      clip: { type: "clipByGlobalNorm", maxNorm: 1, constantEpochs: 11, increase: 0.1, limit: 5 },
    },
    schedule: { type: "reduceOnPlateau", factor: 0.5, patience: 3, threshold: 1e-4 },
    earlyStop: { type: "patience", patience: 10, minLearningRate: 1e-6 },
    sampler: { type: "balanced", shuffle: true },
  });
  assertEquals(documentRecipe, {
    loss: bceWithLogits(),
    optimizer: adam(),
    schedule: reduceOnPlateau(),
    earlyStop: earlyStop(),
    sampler: sampler("balanced"),
  });
});

Deno.test("readRecipe: a recipe comes back out of its JSON, frozen to the last part", () => {
  const read = readRecipe(JSON.parse(JSON.stringify(documentRecipe)));
  assertEquals(read, documentRecipe);
  const parts = [read, ...Object.values(read), read.optimizer.clip];
  assert(parts.every((part) => Object.isFrozen(part)));
});

Deno.test("readRecipe: a wrong part or field is one line that names it", () => {
  const { loss: _, ...incomplete } = documentRecipe;
  const given = 'recipe: loss must be a part such as { "type": "bceWithLogits" }, got';
  refused(() => readRecipe(incomplete), `${given} undefined`);
  refused(() => readRecipe({ ...documentRecipe, loss: "bce" }), `${given} "bce"`);
  refused(
    () => readRecipe({ ...documentRecipe, schedule: { type: "reduceOnPlatau" } }),
    'recipe: schedule: there is no built-in type "reduceOnPlatau"; did you mean reduceOnPlateau?. ' +
      "A part of your own comes as a value with its functions",
  );
  refused(
    () => readRecipe({ ...documentRecipe, optimizer: { type: "adam", clip: { type: "clipByGlobalNorm", limit: 0 } } }),
    "clip: clipByGlobalNorm: limit must be a number above 0, got 0",
  );
  refused(() => adam({ learningRate: "fast" as never }), 'adam: learningRate must be a number above 0, got "fast"');
  refused(
    () => adam({ lr: 1 } as Partial<Adam>),
    'adam: there is no field "lr"; the fields are: ' +
      "learningRate, beta1, beta2, epsilon, weightDecay, clip",
  );
  refused(
    () => adam({ weightdecay: 1 } as Partial<Adam>),
    'adam: there is no field "weightdecay"; did you mean weightDecay?',
  );
  refused(
    () => clipByGlobalNorm({ constantEpochs: 1.5 }),
    "clipByGlobalNorm: constantEpochs must be an integer of at least 0, got 1.5",
  );
  refused(() => earlyStop({ patience: 0 }), "patience: patience must be an integer of at least 1, got 0");
});

Deno.test("parts of one's own: a type that is free, functions, and what an optimizer needs", () => {
  const perExample = () => {
    throw new Error("is not called");
  };
  refused(
    () => defineLoss({ type: "bceWithLogits", perExample }),
    '"bceWithLogits" is a built-in type. Give your own part another one',
  );
  refused(
    () => defineLoss({ type: "a/b", perExample }),
    'a part of your own needs a type of letters, digits and dashes, got "a/b"',
  );
  refused(() => defineSchedule({ type: "nothing" }), "nothing has no functions, so it does nothing");
  const bare = { type: "bare", slots: [], perRate: [], scalars: () => ({}), update: perExample };
  refused(
    () => readRecipe({ ...documentRecipe, optimizer: bare }),
    "recipe: optimizer: bare needs a learningRate above 0, and clip, which may be null",
  );
  const complete = defineOptimizer({ ...bare, learningRate: 1, clip: null });
  assertEquals(readRecipe({ ...documentRecipe, optimizer: complete }).optimizer, complete);
});

const focalLoss = (gamma: number) =>
  defineLoss({
    type: "focal",
    gamma,
    perExample: () => {
      throw new Error("is not called");
    },
  });

Deno.test("recordRecipe, reviveRecipe: JSON without functions, and back with those that are given", async () => {
  const focal = focalLoss(2);
  const recipe = { ...documentRecipe, loss: focal, optimizer: adam({ clip: null }) };
  const recorded = await recordRecipe(recipe);
  assertEquals([recorded.loss, recorded.optimizer.clip], [{ type: "focal", gamma: 2 }, null]);
  const revived = await reviveRecipe(recorded, { loss: focal }, "config.json");
  assertEquals(revived, recipe);
  await assertRejects(
    () => reviveRecipe(recorded, { loss: focalLoss(3) }, "config.json"),
    UserError,
    'config.json: loss is {"gamma":2,"type":"focal"}, and the one that is given is {"gamma":3,"type":"focal"}',
  );
});

Deno.test("recordRecipe: a part whose file cannot be read is named", needs("read"), async () => {
  await assertRejects(
    () => recordRecipe({ ...documentRecipe, loss: { ...focalLoss(2), source: "file:///nowhere.ts" } }),
    UserError,
    "the source of focal, file:///nowhere.ts, cannot be read: No such file or directory",
  );
});
