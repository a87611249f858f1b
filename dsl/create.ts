import { SpecError } from "./errors.ts";
import { readFields, type Reading } from "./fields.ts";
import type { AnySpec, Definition } from "./layer.ts";
import type { Spec } from "./spec.ts";

/**
 * A spec by its definition: fields checked, numbers made pairs, defaults filled in, frozen. Every constructor ends here.
 *
 * @throws {SpecError} naming the field, what it must be, what came, and the line that called the constructor
 *
 * @example
 * ```ts
 * import { create } from "./create.ts";
 * import { poolLayer } from "./layers/pool.ts";
 * const spec = create(poolLayer, { size: 3, stride: 2 });
 * console.assert(JSON.stringify(spec) === '{"type":"pool","size":[3,3],"kind":"max","stride":[2,2],"padding":[0,0]}');
 * ```
 */
export function create<S extends AnySpec>(
  definition: Definition<S>,
  values: { readonly [F in keyof S]?: unknown },
  reading?: { readonly place: string; readonly spec: Reading["spec"] },
): S {
  const { place, spec } = reading ?? { place: definition.type, spec: asMade(definition.type) };
  try {
    const made = readFields(definition.type, definition.fields, values ?? {}, { place, spec });
    const fault = definition.check?.(made);
    if (fault) throw new SpecError(`${place}: ${fault}`);
    return made;
  } catch (error) {
    const called = reading ? undefined : calledAt(error); // what is read has a path
    throw called ? new SpecError(`${(error as SpecError).message} (${called})`, { cause: error }) : error;
  }
}

/** Where the constructor that threw was called, `my_model.ts:5:11`; nothing where only this language was at work. */
function calledAt(error: unknown): string | undefined {
  if (!(error instanceof SpecError)) return undefined;
  const language = new URL(".", import.meta.url).href;
  const places = error.stack?.match(/\b(?:file|https?):\/\/\S+:\d+:\d+/g) ?? [];
  return places.find((place) => !place.startsWith(language))?.replace(/^.*\//, "");
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
