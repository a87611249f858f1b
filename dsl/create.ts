import { SpecError } from "./errors.ts";
import { readFields, type Reading } from "./fields.ts";
import type { AnySpec, Definition } from "./layer.ts";
import type { Spec } from "./spec.ts";

/**
 * A spec by its definition: fields checked, numbers made pairs, defaults filled in, frozen. Every constructor ends here.
 *
 * @throws {SpecError} naming the field, what it must be, and what came
 *
 * @example
 * ```ts
 * import { create } from "./create.ts";
 * import { poolLayer } from "./pool.ts";
 * const spec = create(poolLayer, { size: 3, stride: 2 });
 * console.assert(JSON.stringify(spec) === '{"type":"pool","size":[3,3],"kind":"max","stride":[2,2],"padding":[0,0]}');
 * ```
 */
export function create<S extends AnySpec>(
  definition: Definition<S>,
  values: { readonly [F in keyof S]?: unknown },
  { place = definition.type, spec = asMade(place) }: { place?: string; spec?: Reading["spec"] } = {},
): S {
  const made = readFields(definition.type, definition.fields, values, { place, spec });
  const fault = definition.check?.(made);
  if (fault) throw new SpecError(`${place}: ${fault}`);
  return made;
}

/** Takes a child as it came out of its constructor. */
function asMade(place: string): Reading["spec"] {
  return (value, name) => {
    if (typeof value === "function") {
      throw new SpecError(`${place}: the part "${name}" is a function, not a spec; call it: ${value.name}()`);
    }
    if (typeof value !== "object" || value === null || !("type" in value)) {
      throw new SpecError(`${place}: the part "${name}" is not a spec but ${value}; make it with conv(), stack(), …`);
    }
    return value as Spec;
  };
}
