import * as tf from "@tensorflow/tfjs-core";

/** What a traced function takes and returns (a pytree): tensors and numbers in arrays and plain objects. Other values are fixed. */
export type Structure =
  | tf.Tensor
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly Structure[]
  | { readonly [key: string]: Structure };

/** A tensor or number inside a structure, and its path: `/0/conv/kernel`. */
export interface Leaf {
  readonly path: string;
  readonly value: tf.Tensor | number;
}

/**
 * Lists the tensors and numbers of a structure in order, and builds its signature: keys, shapes, types and fixed values. `typeOf`
 * names the element type of a tensor, and `name` the structure in errors.
 *
 * @throws {TypeError} if the structure contains any other kind of object, or itself
 */
export function flatten(
  structure: unknown,
  typeOf: (tensor: tf.Tensor) => string | number = ({ dtype }) => dtype,
  name = "the value",
): { leaves: Leaf[]; signature: string } {
  const leaves: Leaf[] = [], around: object[] = [];
  const at = (path: string) => `jit: ${name}${path && ` ${path.slice(1)}`}`;
  const inside = (value: object, path: string, visitAll: () => string) => {
    if (around.includes(value)) throw new TypeError(`${at(path)} contains itself; pass it without the way back`);
    around.push(value);
    const signature = visitAll();
    around.pop();
    return signature;
  };
  const visit = (value: unknown, path: string): string => {
    if (value instanceof tf.Tensor) {
      leaves.push({ path, value });
      const variable = value instanceof tf.Variable ? `variable ${value.id} ` : ""; // it is itself, whatever its value
      return `${variable}${typeOf(value)}[${value.shape}]`;
    }
    if (typeof value === "number") {
      leaves.push({ path, value });
      return "number";
    }
    if (Array.isArray(value)) {
      return inside(value, path, () => `[${value.map((item, index) => visit(item, `${path}/${index}`)).join()}]`);
    }
    if (isPlainObject(value)) {
      const field = ([key, item]: [string, unknown]) => `${JSON.stringify(key)}:${visit(item, `${path}/${key}`)}`;
      return inside(value, path, () => `{${Object.entries(value).map(field).join()}}`);
    }
    if (typeof value === "function" || typeof value === "object" && value !== null) {
      throw new TypeError(
        `${at(path)} is of the kind ${value.constructor?.name || "Object"}, ` +
          "and neither a tensor, a number, a string, a boolean, an array nor a plain object",
      );
    }
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  };
  const signature = visit(structure, "");
  return { leaves, signature };
}

/** Copies a structure and replaces its leaves, in the order in which {@linkcode flatten} lists them. */
export function mapLeaves(structure: unknown, replace: (value: tf.Tensor | number) => unknown): unknown {
  if (structure instanceof tf.Tensor || typeof structure === "number") return replace(structure);
  if (Array.isArray(structure)) return structure.map((item) => mapLeaves(item, replace));
  if (isPlainObject(structure)) {
    return Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, mapLeaves(item, replace)]));
  }
  return structure;
}

/** Whether a value is a plain object, as an object literal makes it. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
