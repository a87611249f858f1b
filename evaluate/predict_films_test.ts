import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import type { Prediction } from "./predict.ts";
import { predictFilms } from "./predict_films.ts";

const labels = ["Mass", "Edema"];

/** A model whose logits are the pixels of images of two, and what became of it. */
function copying() {
  const calls: string[] = [];
  const open = (): Promise<Prediction> => {
    calls.push("open");
    return Promise.resolve({
      logits: (images) => {
        calls.push(`${images.length / 2} films`);
        return Promise.resolve(images.slice());
      },
      [Symbol.dispose]: () => calls.push("close"),
    });
  };
  return { calls, open };
}

const batches = [
  { names: ["a", "b"], images: Float32Array.of(1, 2, 3, 4) },
  { names: ["c"], images: Float32Array.of(5, Infinity, 0, NaN) }, // and padding
  { names: ["d"], images: Float32Array.of(6, 7) },
];

Deno.test("predictFilms: answers in order; one that is no number costs its film alone; padding counts for nothing", async () => {
  const { calls, open } = copying(), failed: string[][] = [];
  const films = predictFilms(batches, { labels, open, onFailed: (...film) => failed.push(film) });
  const answers = await Array.fromAsync(films, ({ name, logits }) => [name, ...logits]);
  assertEquals(answers, [["a", 1, 2], ["b", 3, 4], ["d", 6, 7]]);
  assertEquals(failed, [[
    "c",
    "the model gives Infinity for c, Edema, which is not a finite number. The weights, or the values of the film, are too large for float32",
  ]]);
  assertEquals(calls, ["open", "2 films", "2 films", "1 films", "close"]);
});

Deno.test("predictFilms: where nobody is told of failures, one ends the predictions, and the model is let go", async () => {
  const { calls, open } = copying();
  const error = await assertRejects(() => Array.fromAsync(predictFilms(batches, { labels, open })), UserError);
  assertEquals([error.exitStatus, calls.at(-1)], [1, "close"]);
});

Deno.test("predictFilms: without a batch no model is opened; left early, batches and model are let go", async () => {
  const { calls, open } = copying();
  assertEquals([await Array.fromAsync(predictFilms([], { labels, open })), calls], [[], []]);
  async function* source() {
    try {
      yield* batches;
    } finally {
      calls.push("batches end");
    }
  }
  for await (const { name } of predictFilms(source(), { labels, open })) {
    if (name === "a") break;
  }
  assertEquals(calls, ["open", "2 films", "batches end", "close"]);
});
