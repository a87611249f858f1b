import { ShapeError } from "./errors.ts";
import type { Place, Shape, Signal } from "./shape.ts";

/** The spec whose shape is being inferred: it makes the error that names the place and what arrived there. */
export interface At {
  /**
   * Makes the error to throw.
   *
   * @param expected what the spec takes: `"a vector [C]"`
   * @param remedy what to do, one sentence
   * @param got the shapes that arrived, where those are not simply the input
   */
  error(expected: string, remedy: string, got?: readonly Signal[]): ShapeError;
}

/** Makes an {@linkcode At} for a spec at `place` that receives `input`. */
export function shapesAt(place: Place, input: Signal): At {
  return { error: (expected, remedy, got = [input]) => new ShapeError({ place, expected, got, remedy }) };
}

/**
 * Reads a shape as an image, `[H, W, C]`.
 *
 * @throws {ShapeError} for any other number of axes
 */
export function asImage(input: Shape, at: At): readonly [height: number, width: number, channels: number] {
  if (input.length !== 3) {
    const remedy = input.length === 2
      ? "Put it before tokens(): tokens have no height and width."
      : "Put it before flatten() or globalPool().";
    throw at.error("an image [H, W, C]", remedy);
  }
  const [height, width, channels] = input;
  return [height, width, channels];
}

/**
 * Reads a shape as a sequence of tokens, `[T, C]`.
 *
 * @throws {ShapeError} for any other number of axes
 */
export function asTokens(input: Shape, at: At): readonly [tokens: number, channels: number] {
  if (input.length !== 2) {
    const remedy = input.length === 3 ? "Put tokens() before it." : "Put it before what makes a vector of the tokens.";
    throw at.error("tokens [T, C]", remedy);
  }
  const [tokens, channels] = input;
  return [tokens, channels];
}

/**
 * The channels C of `[…, C]`.
 *
 * @throws {ShapeError} for a shape without axes
 */
export function channelsOf(input: Shape, at: At): number {
  const channels = input.at(-1);
  if (channels === undefined) throw at.error("channels [..., C]", "Put it after a layer that makes some.");
  return channels;
}
