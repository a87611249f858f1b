/** Sizes without the batch: `[H, W, C]` for images, `[T, C]` for sequences of tokens, `[C]` for vectors. */
export type Shape = readonly number[];

/** A place in a model. */
export interface Place {
  /** The path of a spec in the model: `layer1/0/block`. The whole model's is empty. */
  readonly path: string;
  /** The spec's type. */
  readonly type: string;
}

/** A shape on its way through the model. */
export interface Signal {
  /** The shape, without the batch. */
  readonly shape: Shape;
  /** The spec that produced it. */
  readonly from: Place;
}

/** The number of elements of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
