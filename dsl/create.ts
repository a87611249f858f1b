import type { AnySpec } from "./any_spec.ts";
import { SpecError } from "./errors.ts";
import { readFields, type Reading } from "./fields.ts";
import type { Definition } from "./layer.ts";

/** Where a spec comes from that a file describes and no constructor made. */
export interface Origin {
  /** The path and type to begin errors with: `layer1/0 (conv)`. */
  readonly place: string;
  /** Reads a child spec. */
  readonly spec: Reading["spec"];
}

/**
 * Makes a spec: checks every field, turns numbers into pairs, fills in defaults, and freezes it. Every constructor ends
 * here.
 *
 * @throws {SpecError} naming the field, what it must be, what came, and the line that called the constructor
 *
 * @example
 * ```ts
 * import { create, defineLayer, fields } from "@thorax/thorax";
 * interface Scale {
 *   readonly type: "scale";
 *   readonly by: number;
 * }
 * const scaleLayer = defineLayer<Scale>({
 *   type: "scale",
 *   fields: { by: fields.optional(fields.number, 2) },
 *   shape: (_, input) => input,
 *   apply: ({ by }, _, x) => x.mul(by),
 * });
 * console.assert(JSON.stringify(create(scaleLayer, {})) === '{"type":"scale","by":2}');
 * ```
 */
export function create<S extends AnySpec>(
  definition: Definition<S>,
  values: { readonly [F in keyof S]?: unknown },
  origin?: Origin,
): S {
  const { place, spec } = origin ?? { place: definition.type, spec: constructed(definition.type) };
  try {
    const made = readFields(definition.type, definition.fields, values ?? {}, { place, spec });
    const fault = definition.check?.(made);
    if (fault) throw new SpecError(`${place}: ${fault}`);
    return made;
  } catch (error) {
    const called = origin ? undefined : calledAt(error); // what a file describes has a path
    throw called ? new SpecError(`${(error as SpecError).message} (${called})`, { cause: error }) : error;
  }
}

/**
 * Where a user called the constructor that threw, `my_model.ts:5:11`; nothing where the stack only names this folder.
 */
function calledAt(error: unknown): string | undefined {
  if (!(error instanceof SpecError)) return undefined;
  const language = new URL(".", import.meta.url).href;
  const places = error.stack?.match(/\b(?:file|https?):\/\/\S+:\d+:\d+/g) ?? [];
  return places.find((place) => !place.startsWith(language))?.replace(/^.*\//, "");
}

/** Takes a child as its constructor returned it. */
function constructed(place: string): Reading["spec"] {
  return (value, name) => {
    if (typeof value === "function") {
      throw new SpecError(`${place}: the part "${name}" is a function, not a spec; call it: ${value.name}()`);
    }
    if (typeof value !== "object" || value === null || !("type" in value)) {
      throw new SpecError(`${place}: the part "${name}" is not a spec but ${value}; make it with conv(), stack(), …`);
    }
    return value as AnySpec;
  };
}
