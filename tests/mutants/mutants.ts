/** A small fault: a text that stands once in a file, what replaces it, and what is wrong then. */
export interface Mutant {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export const mutants: readonly Mutant[] = [
  {
    file: "dsl/layers/batch_norm.ts",
    from: "MARK",
    to: "MARK",
    why: "x",
  },
];
