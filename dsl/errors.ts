import type { Place, Shape, Signal } from "./shape.ts";

/** A field of a spec, or JSON that should be one, is wrong. The message names the place, the field and what came. */
export class SpecError extends TypeError {
  override readonly name = "SpecError";
}

/** What a {@linkcode ShapeError} tells. */
export interface ShapeErrorDetails {
  /** The spec that the shape does not fit. */
  readonly place: Place;
  /** What it takes, in words. */
  readonly expected: string;
  /** What came, and from where. */
  readonly got: readonly Signal[];
  /** What to do, one sentence. */
  readonly remedy: string;
}

/**
 * A layer cannot take the shape that reaches it; found by `compile`, before any tensor exists.
 *
 * @example
 * ```ts
 * import { compile } from "./compile/compile.ts";
 * import { dense } from "./layers/dense.ts";
 * import { pool } from "./layers/pool.ts";
 * import { stack } from "./combinators/stack.ts";
 * try {
 *   compile(stack({ pool: pool(2), head: dense(15) }), { input: [8, 8, 64] });
 * } catch (error) {
 *   console.log(error); // ShapeError: head (dense): expected a vector [C] or tokens [T, C], got [4, 4, 64] from pool (pool). Put …
 * }
 * ```
 */
export class ShapeError extends TypeError implements ShapeErrorDetails {
  override readonly name = "ShapeError";
  readonly place: Place;
  readonly expected: string;
  readonly got: readonly Signal[];
  readonly remedy: string;

  constructor({ place, expected, got, remedy }: ShapeErrorDetails) {
    const came = got.map(({ shape, from }) => `${showShape(shape)} from ${showPlace(from)}`).join(" and ");
    super(`${showPlace(place)}: expected ${expected}, got ${came}. ${remedy}`);
    this.place = place;
    this.expected = expected;
    this.got = got;
    this.remedy = remedy;
  }
}

/** `classifier/0 (dense)`; without a path, `dense`. */
export function showPlace({ path, type }: Place): string {
  return path ? `${path} (${type})` : type;
}

/** A value as JSON, in one line that can be read; of one too deep for it, its kind. */
export function showJson(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = Array.isArray(value) ? "an array" : "an object";
  }
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** `[7, 7, 512]` */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
