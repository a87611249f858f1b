import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openBatches } from "../data/stream/batches.ts";
import { UnreadableFilmsError } from "../data/checks/unreadable.ts";
import { reads } from "../runtime/testing.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { withBrokenFilms } from "../tests/tiny.ts";
import { rowsOf as allRowsOf, tinyState, type TinyTraining, tinyTraining } from "../tests/tiny_training.ts";
import { trainEpoch, validateEpoch } from "./epoch.ts";
import { metricsCsv } from "./observers/metrics_csv.ts";
import { watch } from "./observers/watch.ts";
import { stepScalars } from "./optimizers/optimizers.ts";
import { compileStep, type Step } from "./step.ts";
import { epochOrder } from "./training.ts";
import { compileValidation } from "./validate.ts";

Deno.test(
  "epoch: a step reads its loss, norm and whether they are finite, and a whole validation its sum",
  needs("ffi", "env", "read", "run", "write"),
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path);
    const { model } = training;
    const step = compileStep(model), validate = compileValidation(model);
    let state = tinyState(training);
    for (const epoch of [1, 2]) {
      const trained = await reads(async () => {
        ({ state } = await trainEpoch(training, step, state, epoch));
      });
      assertEquals(trained, [3, 3, 3]); // three steps
      assertEquals(await reads(() => validateEpoch(training, validate, state, epoch)), [1]); // two batches
    }
  },
);

/** A step that changes nothing, says the given losses, and keeps what it was given. */
function recordingStep(losses: readonly number[]) {
  const given: { targets: unknown[]; seed: string; scalars: unknown }[] = [];
  const step = (...[tensors, { targets, seed, scalars }]: Parameters<Step>) => {
    const rows = tf.util.toNestedArray(targets.shape, targets.dataSync()) as unknown[];
    const loss = losses[given.push({ targets: rows, seed: `${seed.dataSync()}`, scalars }) - 1];
    return Promise.resolve([tensors, tf.tensor1d([loss, 10 * loss, 1])]);
  };
  return { step: step as Step, given };
}
/** The rows of `metrics.csv` without the speed, which differs from run to run. */
const rowsOf = (training: TinyTraining) => allRowsOf(training).map((row) => row.slice(0, -1).join());
/** What writes `metrics.csv`, as an epoch is told of it. */
const writing = ({ folder }: TinyTraining) => watch([metricsCsv(folder.metrics)]);

const native = needs("ffi", "env", "read", "run", "write");

Deno.test(
  "trainEpoch: each step has its own dropout and its epoch's threshold, each row its own loss",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path, { batchSize: 5, lr: 0.5 });
    const losses = [1, 2, 6, 1, 1, 1], { step, given } = recordingStep(losses), { tell } = writing(training);
    const first = await trainEpoch(training, step, tinyState(training), 11, { tell });
    assertEquals(first.loss, 3); // the batches' means count alike, though the last is of two films
    await trainEpoch(training, step, first.state, 12, { tell });
    assertEquals(given.map(({ targets }) => targets.length), [5, 5, 2, 5, 5, 2]);
    const expected = [11, 11, 11, 12, 12, 12].map((epoch, i) =>
      stepScalars(training.recipe.optimizer, { step: i + 1, epoch, learningRate: 0.5 })
    );
    assertEquals(given.map(({ scalars }) => scalars), expected);
    assertEquals(expected.map(({ maxNorm }) => maxNorm), [1, 1, 1, 1.1, 1.1, 1.1]);
    assertEquals(new Set(given.map(({ seed }) => seed)).size, 6);
    assertEquals(
      rowsOf(training),
      losses.map((loss, i) => `${i < 3 ? 11 : 12},${i + 1},train,${loss},0.5,${10 * loss}`),
    );
  },
);

Deno.test(
  "trainEpoch: a film that is lost is followed by the next of the order, and steps stay full",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path, { batchSize: 5 });
    const { dataset } = training, order = epochOrder(training, 1), lost = order[2], told: number[] = [];
    await using batches = openBatches(withBrokenFilms(dataset, new Set([lost])), {
      imageSize: 8,
      workers: 0,
      onUnreadable: (film: number) => told.push(film),
    });
    const { step, given } = recordingStep([1, 2, 6]);
    const { loss } = await trainEpoch({ ...training, batches }, step, tinyState(training), 1);
    const shown = given.flatMap(({ targets }) => targets);
    const expected = order.filter((film) => film !== lost).map((film) =>
      [0, 1, 2].map((label) => +(film % 3 === label))
    );
    assertEquals(shown, expected);
    assertEquals([given.map(({ targets }) => targets.length), loss, told], [[5, 5, 1], 3, [lost]]);
  },
);

Deno.test(
  "epochs of which no film can be read are refused; an unreadable validation film is left out",
  native,
  async () => {
    await useEngine();
    using folder = temporaryFolder();
    await using training = tinyTraining(folder.path);
    const { model, dataset, split } = training;
    const state = tinyState(training), validate = compileValidation(model);
    const open = (...broken: number[]) =>
      openBatches(withBrokenFilms(dataset, new Set(broken)), { imageSize: 8, workers: 0, onUnreadable: () => {} });

    await using none = open(...split.train, ...split.val);
    const refused = async (work: Promise<unknown>, message: string) =>
      assertEquals((await assertRejects(() => work, UnreadableFilmsError)).message.split(". ")[0], message);
    const { step } = recordingStep([]);
    const training1 = { ...training, batches: none };
    await refused(
      trainEpoch(training1, step, state, 1),
      "epoch 1: none of the training films can be decoded",
    );
    for (const epoch of [1, 2]) {
      await refused(
        validateEpoch(training1, validate, state, epoch),
        `epoch ${epoch}: none of the validation films can be decoded`,
      );
    }

    await using some = open(split.val[1]);
    const { val, ...others } = split;
    const expected = await validateEpoch(
      { ...training, split: { ...others, val: val.filter((film) => film !== val[1]) } },
      validate,
      state,
      1,
    );
    for (const epoch of [1, 2]) {
      const loss = await validateEpoch({ ...training, batches: some }, validate, state, epoch);
      assertAlmostEquals(loss ?? NaN, expected ?? NaN, 1e-12);
    }
  },
);
