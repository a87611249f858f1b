import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { randomStream, shuffled } from "./random.ts";

Deno.test("randomStream: a name gives the same numbers, another name others", () => {
  const draw = (...path: (string | number)[]) => {
    const stream = randomStream(42, ...path);
    return Array.from({ length: 4 }, () => stream.uniform());
  };
  assertEquals(draw("a", 1), draw("a", 1));
  assert(draw("a", 1)[0] !== draw("a", 2)[0]);
  assertEquals(draw("golden"), [0.8178823709022254, 0.7439744132570922, 0.944410677999258, 0.07338264491409063]);
});

Deno.test("randomStream: moments of uniform and normal, bounds of integer", () => {
  const stream = randomStream(1, "moments");
  const n = 100_000;
  let uniform = 0, normal = 0, square = 0;
  for (let i = 0; i < n; i++) {
    uniform += stream.uniform() / n;
    const z = stream.normal();
    normal += z / n;
    square += z * z / n;
    const k = stream.integer(7);
    assert(k >= 0 && k < 7 && Number.isInteger(k));
  }
  assertAlmostEquals(uniform, 0.5, 0.005);
  assertAlmostEquals(normal, 0, 0.015);
  assertAlmostEquals(square, 1, 0.02);
});

Deno.test("shuffled: a permutation, the argument untouched", () => {
  const items = [0, 1, 2, 3, 4, 5, 6, 7];
  const order = shuffled(items, randomStream(3));
  assertEquals([...order].sort(), items);
  assertEquals(items, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert(order.join() !== items.join());
});
