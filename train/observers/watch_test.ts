import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { tinyObservers, tinyState, tinyTraining } from "../../tests/tiny_training.ts";
import { fit } from "../loop.ts";
import { loadState } from "../state_file.ts";
import type { Json } from "../state.ts";
import type { FitEvents, Handlers, Observer } from "./observer.ts";
import { watch } from "./watch.ts";

const native = needs("ffi", "env", "read", "run", "write");

const events = [
  "runStart",
  "epochStart",
  "step",
  "epochTrained",
  "validationStart",
  "validationStep",
  "validated",
  "improved",
  "rateReduced",
  "epochEnd",
  "stoppedEarly",
  "ended",
  "interrupted",
  "failed",
  "observerFailed",
] as const satisfies readonly (keyof FitEvents)[];

/** An observer that writes down the name of every event. */
function recorder(name: string, told: string[], more: Partial<Observer> = {}): Observer {
  const handlers = Object.fromEntries(events.map((event) => [event, () => void told.push(event)]));
  return { ...handlers as Handlers, name, ...more };
}

Deno.test("observers: every event of a run in its order, with the step's facts", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 1, batchSize: 5 });
  const told: string[] = [], steps: unknown[] = [], means: number[] = [], losses: number[] = [];
  const facts: Observer = {
    name: "facts",
    step({ seconds: _, loss, meanLoss, gradientNorm, state, ...rest }) {
      losses.push(loss);
      means.push(meanLoss);
      steps.push([rest, gradientNorm > 0, state().progress.step]);
    },
    epochTrained: ({ loss }) => assertEquals(loss, means.at(-1)),
    ended: ({ ending, state }) => assertEquals([ending, state().progress.epoch], ["epochs", 1]),
  };
  await fit(training, tinyState(training), [recorder("all", told), facts]);
  assertEquals(told, [
    "runStart",
    "epochStart",
    "step",
    "step",
    "step",
    "epochTrained",
    "validationStart",
    "validationStep",
    "validationStep",
    "validated",
    "improved",
    "epochEnd",
    "ended",
  ]);
  const step = (number: number, examples: number, examplesSoFar: number) => [
    { epoch: 1, step: number, batch: number, learningRate: 0.01, examples, examplesSoFar },
    true,
    number,
  ];
  assertEquals(steps, [step(1, 5, 5), step(2, 5, 10), step(3, 2, 12)]);
  assertEquals(means.at(-1), (losses[0] + losses[1] + losses[2]) / 3); // a short batch counts as the others
});

Deno.test("observers: fit waits for what a method returns", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 1 });
  const told: string[] = [];
  const slow: Observer = {
    name: "slow",
    async step({ batch }) {
      told.push(`begins ${batch}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      told.push(`ends ${batch}`);
    },
  };
  await fit(training, tinyState(training), [slow, {
    name: "next",
    step: ({ batch }) => void told.push(`next ${batch}`),
  }]);
  assertEquals(told, [1, 2, 3].flatMap((batch) => [`begins ${batch}`, `ends ${batch}`, `next ${batch}`]));
});

Deno.test("observers: whose error ends nothing is told of once, and hears no more", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 1 });
  const told: string[] = [], lines: string[] = [];
  let calls = 0;
  const broken: Observer = {
    name: "page",
    async step() {
      calls++;
      await Promise.resolve();
      throw new Error("the page is gone");
    },
    ended: () => void calls++,
  };
  const others = [recorder("others", told), ...tinyObservers(training, (line) => void lines.push(line))];
  const { ending } = await fit(training, tinyState(training), [broken, ...others]);
  assertEquals([ending, calls, told.filter((event) => event === "observerFailed").length], ["epochs", 1, 1]);
  assertEquals(told.slice(0, 4), ["runStart", "epochStart", "step", "observerFailed"]);
  assertEquals(lines.filter((line) => line.includes("page")), [
    "page failed, and is left out from now on: the page is gone",
  ]);
});

Deno.test("observers: the error of a required one ends the run once the others were told", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  await using training = tinyTraining(folder.path, { epochs: 2 });
  const told: string[] = [], after: string[] = [];
  const full: Observer = {
    name: "disk",
    required: true,
    improved() {
      throw new UserError("no space is left", { exitStatus: 1 });
    },
    failed: () => void told.push("the broken one"),
  };
  const watching = [recorder("before", told), full, recorder("after", after)];
  const error = await assertRejects(() => fit(training, tinyState(training), watching), UserError);
  assertEquals([error.message, error.exitStatus], ["no space is left", 1]);
  assertEquals([told.slice(-2), after.slice(-2)], [["improved", "failed"], ["improved", "failed"]]);
});

Deno.test("observers: what one keeps is in last/, and it gets it back when the run goes on", native, async () => {
  await useEngine();
  using folder = temporaryFolder();
  /** Counts epochs, over several runs. */
  const counter = (): Observer & { readonly count: () => number } => {
    let epochs = 0;
    return {
      name: "counter",
      count: () => epochs,
      epochEnd: () => void epochs++,
      state: () => ({ epochs }),
      restore: (kept: Json) => void ({ epochs } = kept as { epochs: number }),
    };
  };
  await using one = tinyTraining(folder.path, { epochs: 2 });
  const first = counter();
  await fit(one, tinyState(one), [first, ...tinyObservers(one)]);
  await using two = tinyTraining(folder.path, { epochs: 3 });
  const loaded = await loadState(two.folder.state, two.model), second = counter();
  assertEquals(loaded.observers, { counter: { epochs: 2 } });
  await fit(two, loaded, [second, ...tinyObservers(two)]);
  assertEquals([first.count(), second.count()], [2, 3]);

  await using three = tinyTraining(folder.path, { epochs: 4 }); // without it, what it kept stays
  await fit(three, await loadState(three.folder.state, three.model), tinyObservers(three));
  assertEquals((await loadState(three.folder.state, three.model)).observers, { counter: { epochs: 3 } });
});

Deno.test("observers: two of one name are refused", () => {
  const error = assertThrows(() => watch([{ name: "log" }, { name: "log" }]), UserError);
  assertEquals(error.message, 'two observers are called "log". Name them apart');
});
