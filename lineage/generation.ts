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

/** The packed digests of one split's films and patients. */
export interface SplitDigests {
  /** The digests of the files. */
  readonly films: string;
  /** The digests of the decoded pixels, as far as films were decoded. */
  readonly pixels: string;
  /** The salted digests of the films' names. */
  readonly names: string;
  /** The salted digests of the patients; empty where the data name none. */
  readonly patients: string;
}

/** A training run whose films are known by digest. It holds no name and no patient number in clear. */
export interface RecordedGeneration {
  /** The kind of the generation. */
  readonly type: "recorded";
  /** The name of the films' layout. */
  readonly kind: string;
  /** Whether a program drew the films. */
  readonly synthetic: boolean;
  /** The salt of the names' and patients' digests. */
  readonly salt: string;
  /** The films that it was trained on. */
  readonly train: SplitDigests;
  /** The films that it was validated on. */
  readonly val: SplitDigests;
  /** The films that it held out for the test. */
  readonly test: SplitDigests;
}

/** A training run of Thorax 0.1.0, which kept only the names of its validation and test films. */
export interface NamedGeneration {
  /** The kind of the generation. */
  readonly type: "named";
  /** The name of the films' layout. */
  readonly kind: string;
  /** Whether a program drew the films. */
  readonly synthetic: boolean;
  /** The salt of the names' digests. */
  readonly salt: string;
  /** The packed, salted digests of the validation films' names. */
  readonly val: string;
  /** The packed, salted digests of the test films' names. */
  readonly test: string;
}

/** Weights from elsewhere: nobody can say which films they were trained on. */
export interface ForeignGeneration {
  /** The kind of the generation. */
  readonly type: "foreign";
  /** Whose weights they are, as far as their names tell. */
  readonly library: string;
  /** The datasets that the library names for its published weights; empty where it names none. */
  readonly trainedOn: readonly string[];
}

/** What one training run of a model saw. A lineage is a list of them: a checkpoint's own first, then its ancestors. */
export type Generation = RecordedGeneration | NamedGeneration | ForeignGeneration;

/** Packed digests. Nobody has sets of more than a hundred million films. */
const packed = z.base64().max(2 ** 30);
const word = z.string().max(255);
const splitDigests = z.object({ films: packed, pixels: packed, names: packed, patients: packed });
const run = { kind: word, synthetic: z.boolean(), salt: word };

/** Checks a generation that comes from a file. */
export const generationSchema: z.ZodType<Generation> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("recorded"), ...run, train: splitDigests, val: splitDigests, test: splitDigests }),
  z.object({ type: z.literal("named"), ...run, val: packed, test: packed }),
  z.object({ type: z.literal("foreign"), library: word, trainedOn: z.array(word).max(100) }),
]);

/** The greatest number of generations in a checkpoint. */
export const maxGenerations = 100;

/** Film indices of each split. */
type Indices = Readonly<Record<SplitName, readonly number[]>>;

/**
 * Records what a training run saw: the digests of the films and patients of its splits, 3.6 MB for NIH's 112,120 films. A resumed run
 * passes its earlier record as `previous`, which the new record includes.
 */
export function recordGeneration(
  { kind, synthetic, films }: Cohort,
  split: Indices,
  previous?: RecordedGeneration,
): RecordedGeneration {
  const salt = previous?.salt ?? digestOf(films.map(({ digest = "" }) => digest).sort(), 16);
  const record = (name: SplitName) => {
    const seen = split[name].map((film) => films[film]), before = previous?.[name];
    const patients = new Set(seen.flatMap(({ patient }) => patient ?? []));
    const pack = (digests: readonly (string | undefined)[], earlier = "", bytes = contentBytes) =>
      packDigests([...unpackDigests(earlier, bytes), ...digests.filter((digest) => digest !== undefined)]);
    return {
      films: pack(seen.map(({ digest }) => digest), before?.films),
      pixels: pack(seen.map(({ pixels }) => pixels), before?.pixels),
      names: pack(seen.map(({ name }) => saltedDigest(salt, name)), before?.names, saltedBytes),
      patients: pack([...patients].map((patient) => patientDigest(salt, patient)), before?.patients, saltedBytes),
    };
  };
  return { type: "recorded", kind, synthetic, salt, train: record("train"), val: record("val"), test: record("test") };
}

/** Makes the record of a checkpoint of Thorax 0.1.0, which holds the names of films in clear. */
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

/** The unpacked digests of one split; see {@linkcode SplitDigests}. */
export interface SplitDigestSets {
  readonly films: ReadonlySet<string>;
  readonly pixels: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly patients: ReadonlySet<string>;
}

/** Unpacks the digests of a recorded generation. */
export function unpackSplits(generation: RecordedGeneration): Readonly<Record<SplitName, SplitDigestSets>> {
  const unpack = (name: SplitName): SplitDigestSets => {
    const { films, pixels, names, patients } = generation[name];
    return {
      films: unpackDigests(films, contentBytes),
      pixels: unpackDigests(pixels, contentBytes),
      names: unpackDigests(names, saltedBytes),
      patients: unpackDigests(patients, saltedBytes),
    };
  };
  const [train, val, test] = splitNames.map(unpack);
  return { train, val, test };
}

/** Unpacks the digests of names in a generation of Thorax 0.1.0. */
export function unpackNames({ val, test }: NamedGeneration): Readonly<Record<"val" | "test", ReadonlySet<string>>> {
  return { val: unpackDigests(val, saltedBytes), test: unpackDigests(test, saltedBytes) };
}
