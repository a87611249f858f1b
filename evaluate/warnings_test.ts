import { assertEquals } from "@std/assert";
import { nihLabels } from "../data/labels.ts";
import { binaryTest } from "./metrics.ts";

const logit = (p: number) => Math.log(p / (1 - p));

/** A test of films given as [p(No Finding), normal?, copies]; Mass is the opposite of No Finding. */
function warningsOf(films: [number, 0 | 1, number][], options: { synthetic?: boolean; contradictory?: boolean } = {}) {
  const rows = films.flatMap(([p, normal, copies]) => Array.from({ length: copies }, () => [p, normal] as const));
  return binaryTest({
    labels: ["Mass", "No Finding"],
    logits: Float64Array.from(rows.flatMap(([p]) => [logit(1 - p), logit(p)])),
    targets: rows.flatMap(([, normal]) => [options.contradictory ? 1 : 1 - normal, normal]),
    synthetic: options.synthetic,
  }).warnings;
}

Deno.test("warnings: a model with skill on enough films gets none", () => {
  assertEquals(warningsOf([[0.9, 1, 40], [0.2, 1, 10], [0.1, 0, 45], [0.8, 0, 5]]), []);
});

Deno.test("warnings: synthetic films are named first", () => {
  assertEquals(warningsOf([[0.9, 1, 40], [0.1, 0, 40]], { synthetic: true }), [
    "These films are synthetic: the numbers say nothing about real chest X-rays.",
  ]);
});

Deno.test("warnings: the document's round-robin result, every film called abnormal", () => {
  assertEquals(warningsOf([[0.2, 1, 100], [0.1, 0, 1300], [0.3, 0, 100]]), [
    "The model calls every film abnormal: disease recall 100 comes with specificity 0.",
    "Accuracy 93.333 is not above always answering abnormal (93.333): it shows no skill.",
  ]);
});

Deno.test("warnings: the document's rare-first result, no normal film in the split", () => {
  assertEquals(warningsOf([[0.2, 0, 100], [0.1, 0, 100]]), [
    "No film is normal: accuracy equals disease recall, and always answering abnormal gets 100.",
    "The model calls every film abnormal.",
  ]);
  assertEquals(warningsOf([[0.7, 1, 100], [0.8, 1, 100]]), [
    "No film is abnormal: disease recall is undefined, and always answering normal gets 100.",
    "The model calls every film normal.",
  ]);
});

Deno.test("warnings: one probability for all, and every film called normal", () => {
  assertEquals(warningsOf([[0.5, 1, 50], [0.5, 0, 40]]), [
    "The model gives every film the same probability of No Finding: it tells no film from another.",
    "Accuracy 55.556 is not above always answering normal (55.556): it shows no skill.",
  ]);
  assertEquals(warningsOf([[0.7, 1, 50], [0.6, 0, 40]]), [
    "The model calls every film normal: specificity 100 comes with disease recall 0.",
    "Accuracy 55.556 is not above always answering normal (55.556): it shows no skill.",
  ]);
});

Deno.test("warnings: one film that is called otherwise is enough to be told from the others", () => {
  const callsAll = (films: [number, 0 | 1, number][]) => warningsOf(films).some((text) => text.includes("calls every"));
  assertEquals(callsAll([[0.7, 1, 50], [0.6, 0, 39], [0.4, 0, 1]]), false);
  assertEquals(callsAll([[0.3, 1, 49], [0.6, 1, 1], [0.2, 0, 40]]), false);
});

Deno.test("warnings: few films, and a ranking the wrong way round", () => {
  assertEquals(warningsOf([[0.1, 1, 8], [0.9, 0, 1]]), [
    "Only 8 films are normal: one film more or less right moves specificity by 12.5 points.",
    "Only 1 film is abnormal: one film more or less right moves disease recall by 100.0 points.",
    "Accuracy 0.000 is not above always answering normal (88.889): it shows no skill.",
    "AUROC 0.0000 is below 0.5: the model ranks normal films as the more abnormal ones.",
  ]);
});

Deno.test("warnings: 29 films of a kind are few, 30 are not", () => {
  assertEquals(warningsOf([[0.9, 1, 30], [0.1, 0, 30]]), []);
  assertEquals(warningsOf([[0.9, 1, 29], [0.1, 0, 30]]), [
    "Only 29 films are normal: one film more or less right moves specificity by 3.4 points.",
  ]);
  assertEquals(warningsOf([[0.9, 1, 30], [0.1, 0, 29]]), [
    "Only 29 films are abnormal: one film more or less right moves disease recall by 3.4 points.",
  ]);
});

Deno.test("warnings: an AUROC of 0.5 is not below it, the least below it is", () => {
  // Of the abnormal films as many have a p above the normal ones' as below; then one more is above.
  const level: [number, 0 | 1, number][] = [[0.7, 1, 100], [0.9, 0, 30], [0.1, 0, 30]];
  assertEquals(warningsOf(level).filter((warning) => warning.startsWith("AUROC")), []);
  assertEquals(warningsOf([...level, [0.71, 0, 1]]).filter((warning) => warning.startsWith("AUROC")), [
    "AUROC 0.4918 is below 0.5: the model ranks normal films as the more abnormal ones.",
  ]);
});

Deno.test("warnings: accuracy that equals the better constant answer shows no skill, one film more does", () => {
  const noSkill = (films: [number, 0 | 1, number][]) => warningsOf(films).some((text) => text.endsWith("no skill."));
  assertEquals(noSkill([[0.9, 1, 60], [0.1, 0, 1], [0.9, 0, 39], [0.1, 1, 1]]), true); // 61 of 100 right; 61 normal
  assertEquals(noSkill([[0.9, 1, 60], [0.1, 0, 2], [0.9, 0, 38], [0.1, 1, 1]]), false);
  assertEquals(noSkill([[0.1, 0, 60], [0.9, 1, 1], [0.1, 1, 39], [0.9, 0, 1]]), true);
});

Deno.test("warnings: of one film nothing is said but that its kind is alone", () => {
  for (const [p, called] of [[0.9, "normal"], [0.1, "abnormal"]] as const) {
    assertEquals(warningsOf([[p, 1, 1]]), [
      "No film is abnormal: disease recall is undefined, and always answering normal gets 100.",
    ], called);
  }
});

Deno.test("warnings: the same probability is the same logit", () => {
  const rows = [[40, 1], [41, 0]].flatMap((row) => Array.from({ length: 30 }, () => row));
  const of = (offset: number) =>
    binaryTest({
      labels: ["No Finding"],
      logits: Float32Array.from(rows, ([z]) => z * offset + 40),
      targets: rows.map(([, normal]) => normal),
    }).warnings.includes(
      "The model gives every film the same probability of No Finding: it tells no film from another.",
    );
  assertEquals([of(0), of(1)], [true, false]); // p is 1 in both
});

Deno.test("warnings: two films are enough to tell none from another, one is not", () => {
  const isConstant = (films: [number, 0 | 1, number][]) =>
    warningsOf(films).some((text) => text.includes("the same probability"));
  assertEquals([isConstant([[0.7, 1, 1], [0.7, 0, 1]]), isConstant([[0.7, 1, 1]])], [true, false]);
});

Deno.test("warnings: by no finding marked, the greatest probability is what may be constant", () => {
  const findings = nihLabels.slice(0, 14);
  const films = Array.from({ length: 60 }, (_, film) => film);
  const { warnings } = binaryTest({
    labels: findings,
    // each film's greatest logit is 2, of one finding or of another
    logits: Float32Array.from(films.flatMap((film) => findings.map((_, j) => j === film % 14 ? 2 : -j))),
    targets: films.flatMap((film) => findings.map((_, j) => film < 30 && j === film % 14 ? 1 : 0)),
  });
  assertEquals(warnings, [
    "The greatest probability of a finding is the same for every film: by it the model tells no film from another.",
    "Accuracy 50.000 is not above always answering abnormal (50.000): it shows no skill.",
  ]);
});

Deno.test("warnings: one film marked No Finding and a finding counts in the singular", () => {
  const logits = Float32Array.of(-1, 1, 1, -1);
  const { warnings } = binaryTest({ labels: ["Mass", "No Finding"], logits, targets: [1, 1, 1, 0] });
  assertEquals(
    warnings.find((warning) => warning.includes("at once")),
    "1 film is marked No Finding and a finding at once; it counts as normal.",
  );
});

Deno.test("warnings: films marked No Finding and a finding, and a label that all films share", () => {
  assertEquals(warningsOf([[0.9, 1, 40], [0.1, 0, 40]], { contradictory: true }), [
    "40 films are marked No Finding and a finding at once; they count as normal.",
    "AUROC and AP are undefined where all films agree: Mass.",
  ]);
});
