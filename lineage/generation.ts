import { z } from "zod";
import { type Cohort, type SplitName, splitNames } from "./cohort.ts";
import {
  contentBytes,
  digestOf,
  packDigests,
  patientDigest,
  saltedBytes,
  saltedDigest,
  unpackDigests,
} from "./digest.ts";

/** Sets of more than a hundred million films are nobody's. */
const packed = z.base64().max(2 ** 30);
const word = z.string().max(255);

const splitDigests = z.object({
  /** The digests of the files. */
  films: packed,
  /** The digests of the decoded pixels, as far as films were decoded. */
  pixels: packed,
  /** Salted, of the films' names. */
  names: packed,
  /** Salted, of the patients; empty where the data name none. */
  patients: packed,
});

/** A training run whose films are known by digest. It holds no name and no patient number in clear. */
const recordedGeneration = z.object({
  type: z.literal("recorded"),
  kind: word,
  synthetic: z.boolean(),
  salt: word,
  train: splitDigests,
  val: splitDigests,
  test: splitDigests,
});

/** A training run of Thorax 0.1.0, which kept the names of its validation and test films alone. */
const namedGeneration = z.object({
  type: z.literal("named"),
  kind: word,
  synthetic: z.boolean(),
  salt: word,
  /** Salted, of the films' names. */
  val: packed,
  test: packed,
});

/** Weights from elsewhere: nobody can say which films they were trained on. */
const foreignGeneration = z.object({
  type: z.literal("foreign"),
  /** Whose weights they are, as far as their names tell. */
  library: word,
  /** The data sets that the library names for its published weights; empty where it names none. */
  trainedOn: z.array(word).max(100),
});

/** What one training of a model saw. A lineage is a list of them: a checkpoint's own first, then its ancestors. */
export const generationSchema = z.discriminatedUnion("type", [recordedGeneration, namedGeneration, foreignGeneration]);

/** The most generations that a checkpoint may hold. */
export const maxGenerations = 100;

export type Generation = Readonly<z.infer<typeof generationSchema>>;
export type RecordedGeneration = Extract<Generation, { type: "recorded" }>;
type NamedGeneration = Extract<Generation, { type: "named" }>;

/** Film indices of each split. */
type Indices = Readonly<Record<SplitName, readonly number[]>>;

/**
 * What a training run saw: digests of the films and patients of its splits, 3.6 MB for NIH's 112,120 films. A run that goes
 * on passes its earlier record as `previous`, and forgets nothing of it.
 */
export function recordGeneration(
  { kind, synthetic, films }: Cohort,
  split: Indices,
  previous?: RecordedGeneration,
): RecordedGeneration {
  const salt = previous?.salt ?? digestOf(films.map(({ digest = "" }) => digest).sort(), 16);
  const record = (name: SplitName) => {
    const its = split[name].map((film) => films[film]), before = previous?.[name];
    const pack = (digests: readonly (string | undefined)[], earlier = "", bytes = contentBytes) =>
      packDigests([...unpackDigests(earlier, bytes), ...digests.filter((digest) => digest !== undefined)]);
    const salted = (texts: readonly (string | undefined)[], earlier?: string) =>
      pack(texts.map((text) => text === undefined ? text : saltedDigest(salt, text)), earlier, saltedBytes);
    return {
      films: pack(its.map(({ digest }) => digest), before?.films),
      pixels: pack(its.map(({ pixels }) => pixels), before?.pixels),
      names: salted(its.map(({ name }) => name), before?.names),
      patients: pack(
        [...new Set(its.map(({ patient }) => patient))].map((who) =>
          who === undefined ? who : patientDigest(salt, who)
        ),
        before?.patients,
        saltedBytes,
      ),
    };
  };
  return { type: "recorded", kind, synthetic, salt, train: record("train"), val: record("val"), test: record("test") };
}

/** The record that a checkpoint of Thorax 0.1.0 gives: names of films, which are salted here. */
export function namedGenerationOf(
  { kind, synthetic, validation, test }: {
    readonly kind: string;
    readonly synthetic: boolean;
    readonly validation: readonly string[];
    readonly test: readonly string[];
  },
): Generation {
  const salt = digestOf([[...validation, ...test].sort().join("\n")], 16);
  const pack = (names: readonly string[]) => packDigests(names.map((name) => saltedDigest(salt, name)));
  return { type: "named", kind, synthetic, salt, val: pack(validation), test: pack(test) };
}

/** The digests of one split, ready to be asked. */
export interface OpenSplit {
  readonly films: ReadonlySet<string>;
  readonly pixels: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly patients: ReadonlySet<string>;
}

/** Unpacks a recorded generation. */
export function openSplits(generation: RecordedGeneration): Readonly<Record<SplitName, OpenSplit>> {
  const open = (name: SplitName): OpenSplit => {
    const { films, pixels, names, patients } = generation[name];
    return {
      films: unpackDigests(films, contentBytes),
      pixels: unpackDigests(pixels, contentBytes),
      names: unpackDigests(names, saltedBytes),
      patients: unpackDigests(patients, saltedBytes),
    };
  };
  const [train, val, test] = splitNames.map(open);
  return { train, val, test };
}

/** The names of a generation of Thorax 0.1.0, ready to be asked. */
export function openNames({ val, test }: NamedGeneration): Readonly<Record<"val" | "test", ReadonlySet<string>>> {
  return { val: unpackDigests(val, saltedBytes), test: unpackDigests(test, saltedBytes) };
}
