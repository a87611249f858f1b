import { ShapeError } from "./errors.ts";

/** Sizes without the batch: `[H, W, C]` for images, `[T, C]` for sequences of tokens, `[C]` for vectors. */
export type Shape = readonly number[];

/** A place in a model: the path of a spec in it, and the spec's type. */
export interface Place {
  readonly path: string;
  readonly type: string;
}

/** A shape on its way through the model, and the neighbour that produced it. */
export interface Signal {
  readonly shape: Shape;
  readonly from: Place;
}

/** Where shape inference stands, to say so in an error. */
export interface At {
  /** The error to throw: what was expected here (`"a vector [C]"`), and what to do, one sentence. */
  error(expected: string, remedy: string, got?: readonly Signal[]): ShapeError;
}

/** `at` for a place and what came in there. */
export function shapesAt(place: Place, input: Signal): At {
  return { error: (expected, remedy, got = [input]) => new ShapeError({ place, expected, got, remedy }) };
}

/** `[H, W, C]`, or an error. */
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

/** `[T, C]`, or an error. */
export function asTokens(input: Shape, at: At): readonly [tokens: number, channels: number] {
  if (input.length !== 2) {
    const remedy = input.length === 3 ? "Put tokens() before it." : "Put it before what makes a vector of the tokens.";
    throw at.error("tokens [T, C]", remedy);
  }
  const [tokens, channels] = input;
  return [tokens, channels];
}

/** C of `[…, C]`, or an error. */
export function channelsOf(input: Shape, at: At): number {
  const channels = input.at(-1);
  if (channels === undefined) throw at.error("channels [..., C]", "Put it after a layer that makes some.");
  return channels;
}

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
