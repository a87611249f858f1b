import { create } from "./create.ts";
import { SpecError } from "./errors.ts";
import type { Definition } from "./layer.ts";
import { type Lookup, lookup } from "./layers.ts";
import { join } from "./path.ts";
import type { Spec } from "./spec.ts";

/**
 * A spec out of JSON, checked field by field: JSON text, or the value that it holds. `parse(JSON.stringify(spec))` equals
 * `spec`; fields that have a default may be left out, and one number may stand for a pair.
 *
 * @throws {SpecError} naming the path, the field, what it must be and what came
 *
 * @example
 * ```ts
 * import { parse } from "./parse.ts";
 * const spec = parse('{"type": "stack", "children": [["conv1", {"type": "conv", "filters": 64, "kernel": 3}]]}');
 * console.assert(spec.type === "stack");
 * ```
 */
export function parse(json: unknown, { layers = [] }: { readonly layers?: readonly Definition[] } = {}): Spec {
  return read(typeof json === "string" ? parseText(json) : json, "", lookup(layers));
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SpecError(`a spec must be JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function read(json: unknown, path: string, find: Lookup): Spec {
  if (typeof json !== "object" || json === null || !("type" in json) || typeof json.type !== "string") {
    const place = path ? `${path}: ` : "";
    throw new SpecError(`${place}a spec must be an object with a "type", got ${JSON.stringify(json)}`);
  }
  const definition = find(json.type, path);
  return create(definition, json, {
    place: path ? `${path} (${json.type})` : json.type,
    spec: (value, name) => read(value, join(path, name), find),
  }) as Spec; // of a type that is known: built in, or passed in `layers`
}
