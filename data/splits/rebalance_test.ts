import { assert, assertEquals } from "@std/assert";
import { type RandomStream, randomStream } from "../../random.ts";
import { nearestSizes } from "./nearest_sizes.ts";
import { rebalance } from "./rebalance.ts";
import { stratify } from "./stratify.ts";

const ratios = [0.7, 0.1, 0.2];

/** Patients of so many films each, all with the same labels. */
const people = (...sizes: (readonly [films: number, ...labels: number[]])[]) =>
  sizes.map(([size, ...labels], i) => ({
    films: Array.from({ length: size }, (_, film) => 100 * i + film),
    counts: [0, 1, 2].map((label) => labels.includes(label) ? size : 0),
  }));

function evened(patients: ReturnType<typeof people>, places: readonly number[]): number[] {
  const changed = [...places];
  rebalance(patients, changed, ratios);
  return changed;
}

Deno.test("rebalance: an empty part gets the patient whose labels are one too many elsewhere", () => {
  const ten = people([2, 0], [2, 0], [2, 0], [2, 0], [2, 1], [2, 1], [2, 1], [2, 2], [2, 2], [2, 2]);
  // of 20 films 14, 2 and 4 are wanted: one of the first part's eight patients has to go, and of label 2 it has all three
  assertEquals(evened(ten, [0, 0, 0, 2, 0, 0, 2, 0, 0, 0]), [0, 0, 0, 2, 0, 0, 2, 1, 0, 0]);
});

Deno.test("rebalance: what is near stays, and what no change brings nearer", () => {
  const alike = people(...Array.from({ length: 10 }, (_, i) => [1, i % 3] as const));
  const near = [0, 0, 0, 0, 0, 0, 0, 1, 2, 2];
  assertEquals(evened(alike, near), near);
  assertEquals(evened(people([1, 0], [1, 0]), [0, 2]), [0, 2]); // two patients fill two parts
  assertEquals(evened(people([9, 0], [1, 0], [1, 0]), [0, 1, 2]), [0, 1, 2]);
});

Deno.test("rebalance: two patients change places where none can move", () => {
  // of 20 films 14, 2 and 4 are wanted: 13, 3 and 4 become so by a swap of 3 films for 2
  assertEquals(evened(people([2], [3], [4], [4], [3], [4]), [0, 0, 0, 0, 1, 2]), [1, 0, 0, 0, 0, 2]);
});

Deno.test("rebalance: where no move or swap brings the sizes nearer, several patients change", () => {
  // of 28 films 19.6, 2.8 and 5.6 are wanted: 19, 2 and 7 become 20, 3 and 5
  const patients = people([7], [5], [8], [1], [2], [5]), places = [2, 0, 0, 0, 1, 0];
  assertEquals(evened(patients, places), [0, 0, 0, 1, 1, 2]);
  assertEquals(nearestSizes({ sizes: [2, 2, 2], places: [0, 1, 1], wanted: [4.2, 1.8] }), [0, 0, 1]);
  assertEquals(nearestSizes({ sizes: [2, 2, 2], places: [0, 0, 1], wanted: [4.2, 1.8] }), undefined);
  assertEquals(nearestSizes({ sizes: [9, 1, 1], places: [0, 0, 2], wanted: [7.7, 1.1, 2.2] }), [0, 1, 2]);
  const many = Array.from({ length: 100_000 }, () => 2);
  assertEquals(nearestSizes({ sizes: many, places: many.map(() => 0), wanted: [14e4, 2e4, 4e4] }), undefined);
});

const labelPatterns: Readonly<Record<string, (patient: number, stream: RandomStream) => number[]>> = {
  "two in turn": (patient) => [patient % 2],
  "one alone": () => [0],
  "several of five": (_, stream) => [0, 1, 2, 3, 4].filter(() => stream.uniform() < 0.3),
  "a rare one": (patient, stream) => patient === 0 ? [2] : [stream.integer(2)],
  "none": () => [],
};

for (const [pattern, labelsOf] of Object.entries(labelPatterns)) {
  Deno.test(`stratify: small cohorts have the sizes that whole patients allow, labels: ${pattern}`, () => {
    let cohorts = 0, best = 0;
    for (const count of [10, 13, 25, 40]) {
      for (let seed = 0; seed < 50; seed++) {
        const stream = randomStream(seed, "cohort", count);
        const sizes = Array.from({ length: count }, () => seed % 2 ? 1 + stream.integer(4) : 1 + seed / 2 % 4);
        const films = sizes.flatMap((size, patient) =>
          Array.from({ length: size }, () => ({ patient: `${patient}`, labels: labelsOf(patient, stream) }))
        );
        const found = stratify(films, [...films.keys()], { ratios, seed }).map(({ length }) => length);
        const off = found.map((size, part) => Math.abs(size - ratios[part] * films.length));
        const said = `seed ${seed}: ${found} of ${sizes}`;
        assert(found.every((size) => size > 0), said);
        assert(off.every((films) => films < Math.max(...sizes)), said);
        cohorts++;
        best += +(squares(found, films.length) <= leastSquares(sizes) + 1e-9);
      }
    }
    assertEquals(best, cohorts);
  });
}

function squares(sizes: readonly number[], films: number): number {
  return sizes.reduce((sum, size, part) => sum + (size - ratios[part] * films) ** 2, 0);
}

/** The least squares that any division of patients of these sizes into three parts has, none of them empty. */
function leastSquares(sizes: readonly number[]): number {
  const films = sizes.reduce((sum, size) => sum + size, 0);
  const base = films + 1; // val + base · test: the sizes of the second and third part
  let reached = new Set([0]);
  for (const size of sizes) {
    reached = new Set([...reached].flatMap((sums) => [sums, sums + size, sums + base * size]));
  }
  const parts = [...reached].map((sums) => [sums % base, Math.floor(sums / base)]).map(([val, test]) => [
    films - val - test,
    val,
    test,
  ]);
  return Math.min(...parts.filter((part) => part.every((size) => size > 0)).map((part) => squares(part, films)));
}
