import { assertEquals } from "@std/assert";
import { findAbnormal } from "./abnormal.ts";

Deno.test("findAbnormal: by No Finding, normal at the threshold; the score is its logit turned round", () => {
  const { abnormal, scores, called } = findAbnormal({
    labels: ["No Finding", "Mass"],
    logits: Float32Array.of(0, 9, -1, 9, 0, -9, -1, -9, -2, 0),
    targets: [1, 0, 1, 1, 0, 1, 0, 0, 0, 1],
  }, { normalBy: "No Finding", threshold: 0.5 });
  assertEquals([...abnormal], [0, 0, 1, 1, 1]); // the second film has both, and is normal by its No Finding
  assertEquals([...scores], [-0, 1, -0, 1, 2]);
  assertEquals([...called], [0, 1, 0, 1, 1]);
});

Deno.test("findAbnormal: by no finding marked, abnormal above the threshold; the score is the greatest logit", () => {
  const { abnormal, scores, called } = findAbnormal({
    labels: ["Mass", "Nodule"],
    logits: Float32Array.of(0, -9, -1, 2, -3, -2, 1e-30, -1, -1e-30, -1),
    targets: [0, 0, 0, 1, 1, 1, 1, 0, 0, 0],
  }, { normalBy: "no finding marked", threshold: 0.5 });
  assertEquals([...abnormal], [0, 1, 1, 1, 0]);
  assertEquals([...scores], [0, 2, -2, Math.fround(1e-30), -Math.fround(1e-30)]);
  assertEquals([...called], [0, 1, 0, 1, 0]); // p is 0.5 for the first, and not above it
});

Deno.test("findAbnormal: another threshold is on the same p, with the same edge", () => {
  const logits = Float32Array.of(Math.log(3), -1, 2); // the float nearest to log 3 has p just above 0.75
  const threshold = 1 / (1 + Math.exp(-logits[0]));
  const called = (labels: string[], normalBy: "No Finding" | "no finding marked") => [
    ...findAbnormal({ labels, logits, targets: [1, 0, 0] }, { normalBy, threshold }).called,
  ];
  assertEquals(called(["No Finding"], "No Finding"), [0, 1, 0]);
  assertEquals(called(["Mass"], "no finding marked"), [0, 0, 1]);
});
