import type { RandomStream } from "../../random.ts";
import type { Anatomy } from "./anatomy.ts";

/** Left, top, right and bottom in the anatomy's coordinates. */
export type Extent = readonly [number, number, number, number];

/** A point of the film, with its share of aerated lung and its density of vessels. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly lung: number;
  readonly vessel: number;
}

/** A finding in its place. */
export interface Shape {
  /** Where the finding is. */
  readonly extent: Extent;
  /** Returns the density that the finding adds at a point inside `extent`. */
  readonly paint: (point: Point) => number;
}

/** How a finding shows on a film. `side` is 0 on the image's left, 1 on its right. */
export interface FindingKind {
  /** Changes the chest itself, before any shape is placed. */
  readonly adjust?: (anatomy: Anatomy, side: 0 | 1) => void;
  /** Places the finding in a chest. */
  readonly shape: (anatomy: Anatomy, side: 0 | 1, stream: RandomStream) => Shape;
}
