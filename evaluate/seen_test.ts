import { assertEquals } from "@std/assert";
import { judgeSeen, type SeenOptions, warnOfSeen } from "./seen.ts";

/** A film that was seen, one of its patient, one of its name, and one that nothing is known of. */
const films = [
  { seen: true, patientSeen: true, sameName: true },
  { seen: false, patientSeen: true, sameName: false },
  { seen: false, patientSeen: false, sameName: true },
  { seen: false, patientSeen: false, sameName: false },
];
const judge = (options: Pick<SeenOptions, "split" | "keepSeen">) =>
  judgeSeen([0, 1, 2, 3], { films, lineage: "known", recorded: true }, { ...options, patients: ["a", "a", "b", "c"] });

Deno.test("judgeSeen: of all films those that were seen, and others of their patients, are left out", () => {
  assertEquals(judge({ split: "all", keepSeen: false }), {
    seen: { films: 1, patients: 1, byName: 2, excluded: 2, lineage: "known" },
    isMain: [false, false, true, true],
  });
});

Deno.test("judgeSeen: a split's films all count, and so do those that are to be kept", () => {
  for (const options of [{ split: "all", keepSeen: true }, { split: "test", keepSeen: false }] as const) {
    const { seen, isMain } = judge(options);
    assertEquals([seen.films, seen.excluded, isMain], [1, 0, [true, true, true, true]], options.split);
  }
  const { seen } = judgeSeen([3], { films, lineage: "known", recorded: true }, { split: "all", keepSeen: false });
  assertEquals([seen.films, seen.patients], [0, null]);
});

Deno.test("warnOfSeen: what was left out, kept in, and cannot be known", () => {
  const none = { films: 0, patients: 0, byName: 0, excluded: 0, lineage: "known" } as const;
  const warn = (seen: object, split: "all" | "train" | "val" = "all") =>
    warnOfSeen({ ...none, ...seen }, { split, origins: [], syntheticModel: false });
  assertEquals(warn({}), []);
  assertEquals(warn({ films: 1, patients: 1, excluded: 2 }), [
    "2 films are left out of the figures: the model, or one that it was trained from, saw 1 of them, and other films of " +
    "the others' patients.",
  ]);
  assertEquals(warn({ films: 1, patients: 2 }), [
    "The figures include 1 film and films of 2 patients that the model, or one that it was trained from, saw in training.",
  ]);
  assertEquals(warn({}, "train"), [
    "These are the films that the model was trained on: the figures are apparent, not of new films.",
  ]);
  assertEquals(warn({}, "val"), [
    "These are the films that chose the weights: the figures are of tuning, not of new films.",
  ]);
  assertEquals(warn({ byName: 1, lineage: "unknown" }), [
    "1 film has the name of a film that was seen in training, and another content.",
    "Not all films that the model was trained on are recorded: overlap cannot be excluded.",
  ]);
});
