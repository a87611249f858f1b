/** What every spec has: the name of its definition. */
export interface AnySpec {
  /** The name under which `compile` and `parse` find the definition: `"conv"`. */
  readonly type: string;
}

/** A part of a combinator: its name, which becomes a part of parameter paths, and its spec. */
export type Child<S extends AnySpec = AnySpec> = readonly [name: string, spec: S];
