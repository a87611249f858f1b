import { assertEquals } from "@std/assert";
import { binaryTest } from "./metrics.ts";

/** A test of films given as [p(No Finding), normal?, copies]; Mass is the opposite of No Finding, ranked at random. */
function warningsOf(films: [number, 0 | 1, number][], options: { synthetic?: boolean; contradictory?: boolean } = {}) {
  const rows = films.flatMap(([p, normal, copies]) => Array.from({ length: copies }, () => [p, normal] as const));
  return binaryTest({
    labels: ["Mass", "No Finding"],
    probabilities: Float64Array.from(rows.flatMap(([p]) => [1 - p, p])),
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

Deno.test("warnings: few films, and a ranking the wrong way round", () => {
  assertEquals(warningsOf([[0.1, 1, 8], [0.9, 0, 1]]), [
    "Only 8 films are normal: one film more or less right moves specificity by 12.5 points.",
    "Only 1 film is abnormal: one film more or less right moves disease recall by 100.0 points.",
    "Accuracy 0.000 is not above always answering normal (88.889): it shows no skill.",
    "AUROC 0.0000 is below 0.5: the model ranks normal films as the more abnormal ones.",
  ]);
});

Deno.test("warnings: films marked No Finding and a finding, and a label that all films share", () => {
  assertEquals(warningsOf([[0.9, 1, 40], [0.1, 0, 40]], { contradictory: true }), [
    "40 films are marked No Finding and a finding at once; they count as normal.",
    "AUROC and AP are undefined where all films agree: Mass.",
  ]);
});
