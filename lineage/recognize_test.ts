import { assertEquals } from "@std/assert";
import type { Cohort, FilmIdentity } from "./cohort.ts";
import { digestOf } from "./digest.ts";
import { type Generation, namedGenerationOf, recordGeneration } from "./generation.ts";
import { recognize } from "./recognize.ts";

/** A film of some content: `a.png` of patient 1 whose file and pixels are "A". */
const film = (name: string, patient: string, content: string): FilmIdentity => ({
  name,
  patient,
  digest: digestOf(["file", content]),
  pixels: digestOf(["pixels", content]),
});
const cohort = (films: readonly FilmIdentity[], kind = "nih"): Cohort => ({ kind, synthetic: false, films });

/** Patients 1 to 4 with two films each: 1 and 2 are trained on, 3 is for validation, 4 for the test. */
const own = [
  film("1a", "1", "A"),
  film("1b", "1", "B"),
  film("2a", "2", "C"),
  film("2b", "2", "D"),
  film("3a", "3", "E"),
  film("3b", "3", "F"),
  film("4a", "4", "G"),
  film("4b", "4", "H"),
];
const generation = recordGeneration(cohort(own), { train: [0, 1, 2, 3], val: [4, 5], test: [6, 7] });

/** Each film as its split, with `!` where it was seen, `+` where its patient was, `~` where only its name is known. */
function show(lineage: readonly Generation[], films: readonly FilmIdentity[], kind?: string): string {
  return recognize(lineage, cohort(films, kind)).films.map(({ split, patientSplit, seen, patientSeen, sameName }) =>
    (split ?? (patientSplit ? `(${patientSplit})` : "new")) +
    (seen ? "!" : patientSeen ? "+" : "") + (sameName ? "~" : "")
  ).join(" ");
}

Deno.test("recognize: a run's own films, some gone, in another order", () => {
  assertEquals(show([generation], own), "train! train! train! train! val! val! test test");
  assertEquals(show([generation], [own[7], own[4], own[0]]), "test val! train!");
});

Deno.test("recognize: new films of known patients, and of new ones", () => {
  const films = [own[6], film("4c", "4", "X"), film("1c", "1", "Y"), film("9a", "9", "Z")];
  assertEquals(show([generation], films), "test (test) (train)+ new");
});

Deno.test("recognize: renamed copies by their files, re-encoded ones by their pixels", () => {
  const renamed = { ...own[0], name: "x.png" };
  const encoded = { ...own[2], name: "y.png", digest: digestOf(["another file"]) };
  const undecoded = { ...encoded, pixels: undefined };
  assertEquals(show([generation], [renamed, encoded]), "train! train!");
  assertEquals(show([generation], [undecoded], "other"), "new");
});

Deno.test("recognize: a seen film makes its patient a seen one, whatever the number", () => {
  const films = [{ ...own[0], patient: "A-17", name: "p.png" }, film("q.png", "A-17", "new"), film("r.png", "B", "R")];
  assertEquals(show([generation], films), "train! (train)+ new");
});

Deno.test("recognize: patient numbers of another hospital mean other people", () => {
  const others = ["p", "q", "r", "s", "t"].map((name, i) => film(name, `${i + 1}`, `other ${i}`));
  assertEquals(show([generation], others), "new new new new new");
  // one of five names is known: less than a quarter of either
  assertEquals(show([generation], [film("1a", "1", "other"), ...others.slice(1)]), "new~ new new new new");
  // two of five: the folder is taken for the same hospital's, changed
  const twoNames = [film("1a", "1", "other"), film("2a", "2", "another"), ...others.slice(2)];
  assertEquals(show([generation], twoNames), "(train)+~ (train)+~ (val)+ (test) new");
  assertEquals(show([generation], twoNames, "medmnist"), "new~ new~ new new new");
  // a shared film is enough in any layout
  assertEquals(show([generation], [own[6], ...others], "medmnist"), "test (train)+ (train)+ (val)+ (test) new");
});

Deno.test("recognize: identical films in two splits are told apart by name, and the model has seen both", () => {
  const twins = [film("a", "1", "T"), film("b", "2", "T"), film("c", "3", "V")];
  const record = recordGeneration(cohort(twins), { train: [0], val: [2], test: [1] });
  assertEquals(show([record], twins), "train! test! val!");
});

Deno.test("recognize: the latest generation tells the split, every one what was seen", () => {
  const later = recordGeneration(cohort(own), { train: [4, 5], val: [2, 3], test: [0, 1, 6, 7] });
  assertEquals(
    show([later, generation], own),
    "test! test! val! val! train! train! test test",
  );
  const { films } = recognize([recordGeneration(cohort([own[0]]), { train: [0], val: [], test: [] }), generation], {
    ...cohort(own),
  });
  assertEquals(films.map(({ generation, split }) => `${generation} ${split}`)[4], "1 val");
});

Deno.test("recognize: a checkpoint of 0.1.0 knows names of held-back films; all others were trained on", () => {
  const named = namedGenerationOf({ kind: "nih", synthetic: false, validation: ["3a", "3b"], test: ["4a", "4b"] });
  assertEquals(show([named], own), "train! train! train! train! val! val! test test");
  assertEquals(show([named], [film("4a", "4", "other"), film("9", "9", "Z")]), "test train!");
  assertEquals(show([named], [film("p", "1", "P"), film("q", "2", "Q")]), "new new");
  // a new film of a patient that was held back is no film that was trained on
  const grown = [...own, film("4c", "4", "new"), film("3c", "3", "new"), film("1c", "1", "new")];
  assertEquals(show([named], grown), "train! train! train! train! val! val! test test (test) (val)+ train!");
  // one name among many is no sign of the same data set
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const large = namedGenerationOf({ kind: "nih", synthetic: false, validation: names("v", 10), test: names("t", 20) });
  const folder = (...names: readonly string[]) => show([large], names.map((name) => film(name, name, name)));
  assertEquals(folder("t0", ...names("o", 30)).includes("test"), false);
  assertEquals(folder("t0", "t1", "v0", "v1", ...names("o", 10)), `test test val! val!${" train!".repeat(10)}`);
  assertEquals(recognize([named], cohort(own)).lineage, "unknown");
});

Deno.test("recognize: a damaged film is known by its name alone; whole numbers are one patient however they are written", () => {
  const { digest: _, pixels: __, ...rest } = own[6];
  assertEquals(show([generation], [own[0], { ...rest, digest: digestOf(["damaged"]), damaged: true }]), "train! test");
  assertEquals(show([generation], [own[6], film("x", "0001", "X"), film("y", "A1", "Y")]), "test (train)+ new");
});

Deno.test("recognize: the lineage is known where every generation is recorded", () => {
  const foreign: Generation = { type: "foreign", library: "torchxrayvision", trainedOn: ["CheXpert"] };
  assertEquals(recognize([generation], cohort(own)).lineage, "known");
  assertEquals(recognize([generation, foreign], cohort(own)).lineage, "unknown");
  assertEquals(recognize([], cohort(own)).lineage, "unknown");
});

Deno.test("recognize: without patients each film stands alone", () => {
  const films = own.map(({ patient: _, ...rest }) => rest);
  const record = recordGeneration(cohort(films), { train: [0, 1], val: [2], test: [3] });
  assertEquals(show([record], films), "train! train! val! test new new new new");
});
