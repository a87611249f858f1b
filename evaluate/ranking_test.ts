import { assertAlmostEquals, assertEquals } from "@std/assert";
import { randomStream } from "../random.ts";
import { ranking, thresholdCounts } from "./ranking.ts";

Deno.test("thresholdCounts: tied scores are one threshold, from the highest down", () => {
  const { thresholds, truePositives, falsePositives } = thresholdCounts([0.1, 0.5, 0.5, 0.9, 0.5], [0, 1, 0, 1, 1]);
  assertEquals([...thresholds], [0.9, 0.5, 0.1]);
  assertEquals([...truePositives], [1, 3, 3]);
  assertEquals([...falsePositives], [0, 1, 2]);
});

Deno.test("ranking: perfect, reversed and tied scores", () => {
  assertEquals(ranking([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]), { auroc: 1, averagePrecision: 1 });
  assertEquals(ranking([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1]), { auroc: 0, averagePrecision: (1 / 3 + 2 / 4) / 2 });
  assertEquals(ranking([0.3, 0.3, 0.3, 0.3], [0, 0, 0, 1]), { auroc: 0.5, averagePrecision: 1 / 4 });
  assertEquals(ranking([0, -0, 0, -0], [0, 1, 1, 0]), { auroc: 0.5, averagePrecision: 1 / 2 });
});

Deno.test("ranking: undefined, not 0.5, where all films are of one kind", () => {
  for (const targets of [[], [0], [1], [0, 0], [1, 1]]) {
    assertEquals(ranking(targets.map(() => 0.5), targets), { auroc: null, averagePrecision: null });
  }
});

Deno.test("ranking: equals the count of pairs", () => {
  const stream = randomStream(1, "ranking");
  const scores = Array.from({ length: 150 }, () => stream.integer(20) / 20);
  const targets = scores.map((score) => Number(stream.uniform() < score));
  let wins = 0, pairs = 0;
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (targets[i] !== 1 || targets[j] !== 0) continue;
      pairs++;
      wins += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  assertAlmostEquals(ranking(scores, targets).auroc ?? NaN, wins / pairs, 1e-15);
});
