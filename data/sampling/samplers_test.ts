import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { samplerNames, samplers, samplersHelp } from "./samplers.ts";

/** Labels 0 (3 films), 1 (1 film, which has 0 too), 2 = No Finding (4 films), 3 (none). */
const labels = [[2], [0], [2], [0, 1], [2], [0], [2]];
const options = { seed: 42, epoch: 1, noFinding: 2, classes: 4 };
const sorted = (order: number[]) => order.toSorted((a, b) => a - b);

Deno.test("samplers: pure functions of labels, seed and epoch", () => {
  const many = Array.from({ length: 300 }, (_, film) => film % 3 ? [2] : [film % 2]);
  for (const name of samplerNames) {
    const order = samplers[name].draw(many, options);
    assertEquals(samplers[name].draw(many, options), order, name);
    for (const other of [{ ...options, seed: 43 }, { ...options, epoch: 2 }]) {
      assertEquals(samplers[name].draw(many, other).join() === order.join(), false, name);
    }
  }
});

Deno.test("original: every film once; --no-shuffle is file order", () => {
  assertEquals(sorted(samplers.original.draw(labels, options)), [0, 1, 2, 3, 4, 5, 6]);
  assertEquals(samplers.original.draw(labels, { ...options, shuffle: false }), [0, 1, 2, 3, 4, 5, 6]);
});

Deno.test("balanced: classes in label order take turns, passing over those without films, for n draws", () => {
  const order = samplers.balanced.draw(labels, options);
  assertEquals(order.length, 7);
  assertEquals([order[1], order[4]], [3, 3]); // label 1 has one film: its queue is refilled
  assertEquals(sorted([order[0], order[3], order[6]]), [1, 3, 5]); // label 0's shuffle, once through
  for (const film of [order[2], order[5]]) assertEquals(labels[film], [2]);
  assertEquals(order[2] === order[5], false);
});

Deno.test("balanced: a queue that runs dry is shuffled anew, not repeated", () => {
  const films = Array.from({ length: 40 }, (_, film) => film < 10 ? [0] : [1]);
  const order = samplers.balanced.draw(films, { seed: 1, epoch: 1, noFinding: 1, classes: 2 });
  const ofLabel0 = order.filter((_, turn) => turn % 2 === 0);
  assertEquals([sorted(ofLabel0.slice(0, 10)), sorted(ofLabel0.slice(10))], [
    [...films.keys()].slice(0, 10),
    [
      ...films.keys(),
    ].slice(0, 10),
  ]);
  assertEquals(ofLabel0.slice(0, 10).join() === ofLabel0.slice(10).join(), false);
});

Deno.test("rare-first: filed under the rarest label; rarest first; ends when the findings are empty", () => {
  // Counts: 3 → 0, 1 → 1, 0 → 3, No Finding → 4. Film 3 is filed under 1, so label 0 keeps films 1 and 5.
  const order = samplers["rare-first"].draw(labels, options);
  assertEquals(order.length, 4); // 1, 0, No Finding, 0
  assertEquals(order[0], 3);
  assertEquals(sorted([order[1], order[3]]), [1, 5]);
  assertEquals(labels[order[2]], [2]);
});

Deno.test("rare-first: every abnormal film once; No Finding as often as it had turns, never twice", () => {
  const films = Array.from({ length: 1000 }, (_, film) => film % 2 ? [4] : film % 16 ? [film % 3] : [3, 0]);
  const order = samplers["rare-first"].draw(films, { seed: 7, epoch: 3, noFinding: 4, classes: 5 });
  const abnormal = order.filter((film) => !films[film].includes(4)), normal = order.filter((film) => film % 2);
  assertEquals(sorted(abnormal), [...films.keys()].filter((film) => film % 2 === 0));
  assertEquals(new Set(normal).size, normal.length);
  const filed = [0, 1, 2].map((label) => films.filter((its) => its.length === 1 && its[0] === label).length);
  assertEquals(normal.length, Math.max(...filed) - 1); // in the last round No Finding, the commonest, has no turn
  assertEquals(films[order[0]], [3, 0]);
});

Deno.test("rare-first: ties go by label order", () => {
  const order = samplers["rare-first"].draw([[1], [0], [2]], { seed: 1, epoch: 1, noFinding: 2, classes: 3 });
  assertEquals(order, [1, 0]);
});

Deno.test("binary: 2·min films, 1:1, the majority drawn anew each epoch", () => {
  const epochs = [1, 2].map((epoch) => samplers.binary.draw(labels, { ...options, epoch }));
  for (const order of epochs) {
    assertEquals(order.length, 6);
    assertEquals(sorted(order.filter((film) => labels[film][0] !== 2)), [1, 3, 5]);
    assertEquals(new Set(order).size, 6);
  }
  const drawn = Array.from({ length: 20 }, (_, epoch) => samplers.binary.draw(labels, { ...options, epoch }));
  assertEquals(new Set(drawn.flat()).size, 7);
});

Deno.test("binary: without normal films it says so", () => {
  assertEquals(
    assertThrows(() => samplers.binary.draw([[0], [1]], options), UserError).message,
    "binary sampling needs normal and abnormal films, and there are 0 and 2. Choose another --split-type",
  );
});

Deno.test("samplers: file order is refused but by original", () => {
  for (const name of samplerNames.filter((name) => name !== "original")) {
    assertEquals(
      assertThrows(() => samplers[name].draw(labels, { ...options, shuffle: false }), UserError).message,
      `${name} draws its order at random and cannot keep file order. Give --no-shuffle with --split-type original only`,
    );
  }
});

Deno.test("samplers: the names that options offer, the default first, and their help", () => {
  assertEquals(samplerNames, ["balanced", "rare-first", "original", "binary"]);
  assertEquals(
    samplersHelp.startsWith("balanced (the classes take turns), rare-first (every abnormal film once, "),
    true,
  );
});
