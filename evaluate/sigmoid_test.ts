import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { sigmoid } from "./sigmoid.ts";

Deno.test("sigmoid: in float64, from the least logit to the greatest", () => {
  assertEquals([-1e30, -800, 0, -0, 40, 1e30].map(sigmoid), [0, 0, 0.5, 0.5, 1, 1]);
  for (const [logit, p] of [[1, 0.7310585786300049], [-2, 0.11920292202211755], [-40, 4.248354255291589e-18]]) {
    assertAlmostEquals(sigmoid(logit) / p, 1, 1e-15);
  }
});

Deno.test("sigmoid: p ≥ 0.5 is logit ≥ 0, and no logit's p is above a greater one's", () => {
  const least = 2 ** -149; // float32's
  const sizes = Array.from({ length: 600 }, (_, i) => least * 1.2 ** i);
  const logits = [...sizes.map((size) => -size).reverse(), 0, ...sizes];
  for (const [i, logit] of logits.entries()) {
    const p = sigmoid(logit);
    assertEquals([p >= 0.5, p > 0.5], [logit >= 0, logit > 0], `logit ${logit}`);
    assert(i === 0 || p >= sigmoid(logits[i - 1]), `logit ${logit}`);
  }
});
