import type { Place, Shape, Signal } from "./shape.ts";

/**
 * Reports a wrong field of a spec, or JSON that is not a spec. The message names the place, the field and the value.
 */
export class SpecError extends TypeError {
  /** The class's name, in stack traces. */
  override readonly name = "SpecError";
}

/** The parts of a {@linkcode ShapeError}'s message. */
export interface ShapeErrorDetails {
  /** The spec that the shape does not fit. */
  readonly place: Place;
  /** What the spec takes, in words. */
  readonly expected: string;
  /** The shapes that arrived, and the specs that produced them. */
  readonly got: readonly Signal[];
  /** What to do, one sentence. */
  readonly remedy: string;
}

/**
 * Reports a layer that cannot take the shape that reaches it. `compile` throws it before any tensor exists.
 *
 * @example
 * ```ts
 * import { compile, dense, pool, stack } from "@thorax/thorax";
 * try {
 *   compile(stack({ pool: pool(2), head: dense(15) }), { input: [8, 8, 64] });
 * } catch (error) {
 *   console.log(error); // ShapeError: head (dense): expected a vector [C] or tokens [T, C], got [4, 4, 64] from pool (pool). Put …
 * }
 * ```
 */
export class ShapeError extends TypeError implements ShapeErrorDetails {
  /** The class's name, in stack traces. */
  override readonly name = "ShapeError";
  /** The spec that the shape does not fit. */
  readonly place: Place;
  /** What the spec takes, in words. */
  readonly expected: string;
  /** The shapes that arrived, and the specs that produced them. */
  readonly got: readonly Signal[];
  /** What to do, one sentence. */
  readonly remedy: string;

  /** Makes the error, and its message of the four details. */
  constructor({ place, expected, got, remedy }: ShapeErrorDetails) {
    const came = got.map(({ shape, from }) => `${showShape(shape)} from ${showPlace(from)}`).join(" and ");
    super(`${showPlace(place)}: expected ${expected}, got ${came}. ${remedy}`);
    this.place = place;
    this.expected = expected;
    this.got = got;
    this.remedy = remedy;
  }
}

/** A place in a message: `classifier/0 (dense)`, or `dense` without a path. */
export function showPlace({ path, type }: Place): string {
  return path ? `${path} (${type})` : type;
}

/** A value as JSON of at most 200 characters; of a value too deep for JSON, its kind. */
export function showJson(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = Array.isArray(value) ? "an array" : "an object";
  }
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** A shape in a message: `[7, 7, 512]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
