import { assert, assertEquals } from "@std/assert";
import { digestOf, saltedDigest } from "./digest.ts";
import { generationSchema, recordGeneration, unpackSplits } from "./generation.ts";

/** Films whose names and patients look like NIH's. */
function cohort(films: number, patients: number) {
  return {
    kind: "nih",
    synthetic: false,
    films: Array.from({ length: films }, (_, i) => ({
      name: `${String(i).padStart(8, "0")}_000.png`,
      patient: String(i % patients),
      digest: digestOf([`film ${i}`]),
      pixels: digestOf([`pixels ${i}`]),
    })),
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

Deno.test("recordGeneration: NIH's 112,120 films and 30,805 patients take less than 4 MB", () => {
  const nih = cohort(112_120, 30_805);
  const split = { train: range(0, 78_468), val: range(78_468, 89_696), test: range(89_696, 112_120) };
  const text = JSON.stringify(recordGeneration(nih, split));
  assert(text.length < 4e6, `${text.length} bytes`);
  assertEquals(generationSchema.safeParse(JSON.parse(text)).success, true);
});

Deno.test("recordGeneration: no name and no patient number is in it, nor their plain digests", () => {
  const { films, ...rest } = cohort(40, 20);
  const text = JSON.stringify(recordGeneration({ films, ...rest }, { train: range(0, 40), val: [], test: [] }));
  for (const { name, patient } of films) {
    assert(!text.includes(name) && !text.includes(`"${patient}"`));
    assert(!text.includes(btoa(name)));
  }
});

Deno.test("recordGeneration: what a split holds comes back; what goes on forgets nothing and keeps its salt", () => {
  const { films, ...rest } = cohort(4, 2);
  const first = recordGeneration({ films, ...rest }, { train: [0, 1], val: [2], test: [3] });
  assertEquals(unpackSplits(first).train.films, new Set([films[0].digest, films[1].digest].sort()));
  assertEquals(unpackSplits(first).val.pixels, new Set([films[2].pixels]));
  assertEquals(unpackSplits(first).test.patients, new Set([saltedDigest(first.salt, "1")]));
  const { pixels: _, ...undecoded } = films[0], later = { ...rest, films: [undecoded, { ...films[1], name: "new" }] };
  const second = recordGeneration(later, { train: [0, 1], val: [], test: [] }, first);
  assertEquals(second.salt, first.salt);
  assertEquals(unpackSplits(second).train.pixels, unpackSplits(first).train.pixels);
  assertEquals(unpackSplits(second).train.names.size, 3);
  assertEquals(second.val, first.val);
});
