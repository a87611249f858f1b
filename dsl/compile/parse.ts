import { create } from "../create.ts";
import { showJson, SpecError } from "../errors.ts";
import { readFields } from "../fields.ts";
import type { AnySpec } from "../any_spec.ts";
import type { Definition } from "../layer.ts";
import { type Lookup, lookup } from "../table.ts";
import { Allowance, type Limits } from "../limits.ts";
import { join } from "../path.ts";
import type { Spec } from "../spec.ts";

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** Your own definitions, from `defineLayer`. */
  readonly layers?: readonly Definition[];
  /** The depth limit, where it differs from `defaultLimits`; `compile` checks the others. */
  readonly limits?: Pick<Partial<Limits>, "depth">;
}

/** A spec in JSON, and where it stands. */
interface Part {
  readonly json: AnySpec;
  readonly path: string;
  readonly depth: number;
}

/**
 * Reads a spec from JSON text, or from the value that the text holds, and checks every field.
 * `parse(JSON.stringify(spec))` equals `spec`; fields that have a default may be left out, and one number may stand for
 * a pair.
 *
 * @throws {SpecError} naming the path, the field, what it must be and what came
 *
 * @example
 * ```ts
 * import { parse } from "@thorax/thorax";
 * const spec = parse('{"type": "stack", "children": [["conv1", {"type": "conv", "filters": 64, "kernel": 3}]]}');
 * console.assert(spec.type === "stack");
 * ```
 */
export function parse(json: unknown, { layers = [], limits }: ParseOptions = {}): Spec {
  const find = lookup(layers), allowance = new Allowance(limits);
  const specs = new Map<object, Spec>();
  const root = asSpec(typeof json === "string" ? parseText(json) : json, "");
  // a loop in place of recursion, so that the stack does not limit a file's depth
  const open: Part[] = [{ json: root, path: "", depth: 1 }];
  for (let part = open.at(-1); part; part = open.at(-1)) {
    const missing = childrenOf(part, find, allowance).filter(({ json }) => !specs.has(json));
    if (missing.length > 0) {
      open.push(...missing.reverse());
      continue;
    }
    open.pop();
    const spec = create(find(part.json.type, part.path), part.json, {
      place: placeOf(part),
      spec: (value) => specs.get(value as object) as Spec, // each of childrenOf is there by now
    });
    specs.set(part.json, spec as Spec); // of a type that is known: built in, or passed in `layers`
  }
  return specs.get(root) as Spec;
}

/** Lists the specs in the fields of a spec, and checks its other fields. */
function childrenOf(part: Part, find: Lookup, allowance: Allowance): Part[] {
  const { json, path, depth } = part;
  const place = { path, type: json.type };
  allowance.depth(place, depth);
  const { type, fields } = find(json.type, path);
  const children: Part[] = [];
  readFields(type, fields, json, {
    place: placeOf(part),
    spec(value, name) {
      const child = { json: asSpec(value, join(path, name)), path: join(path, name), depth: depth + 1 };
      children.push(child);
      return child.json as Spec; // stands in for what it becomes
    },
  });
  return children;
}

const placeOf = ({ json: { type }, path }: Part) => path ? `${path} (${type})` : type;

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SpecError(`a spec must be JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function asSpec(json: unknown, path: string): AnySpec {
  if (typeof json === "object" && json !== null && "type" in json && typeof json.type === "string") {
    return json as AnySpec;
  }
  throw new SpecError(`${path ? `${path}: ` : ""}a spec must be an object with a "type", got ${showJson(json)}`);
}
