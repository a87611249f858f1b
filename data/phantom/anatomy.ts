import { randomStream } from "../../random.ts";

/**
 * One chest on one film. The unit of length is half the film's side: x runs from −1 (image left, the patient's right) to 1, y from
 * −1 (top) to 1. Pairs are [image left, image right].
 */
export interface Anatomy {
  bodyWidth: number;
  /** Height of the lungs' apices. */
  lungTop: number;
  /** Height of the lung bases' lateral angles. */
  lungBase: [number, number];
  /** How far each hemidiaphragm rises above its angle. */
  dome: [number, number];
  /** Lateral edge of the lungs. */
  lungOuter: number;
  /** How dark air is; 1 is usual. */
  aeration: [number, number];
  /** Strength of the lung vessels; 1 is usual. */
  vessels: number;
  heart: { x: number; y: number; width: number; height: number };
  aorta: number;
  ribSpacing: number;
  ribStart: number;
  clavicle: number;
  breast: number;
}

/** Draws a patient's anatomy, the same for all films of the patient. */
export function anatomyOf(seed: number, patient: number): Anatomy {
  const stream = randomStream(seed, "phantom", "patient", patient);
  const between = (low: number, high: number) => low + (high - low) * stream.uniform();
  const base = between(0.4, 0.52);
  return {
    bodyWidth: between(0.88, 0.99),
    lungTop: between(-0.8, -0.7),
    lungBase: [base, base + between(0.0, 0.06)],
    dome: [between(0.15, 0.2), between(0.12, 0.17)],
    lungOuter: between(0.7, 0.78),
    aeration: [1, 1],
    vessels: between(0.85, 1.15),
    heart: {
      x: between(0.08, 0.12),
      y: base - between(0.2, 0.24),
      width: between(0.25, 0.29),
      height: between(0.21, 0.25),
    },
    aorta: between(0.07, 0.1),
    ribSpacing: between(0.135, 0.155),
    ribStart: between(-0.78, -0.7),
    clavicle: between(-0.64, -0.56),
    breast: between(0, 0.06),
  };
}

/** A step from 0 at t ≤ 0 to 1 at t ≥ 1, smooth between. */
export function smoothstep(t: number): number {
  if (t <= 0) return 0;
  return t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** Returns 1 inside (distance > 0) and 0 outside of a shape, with a soft edge of the given width. */
export function inside(distance: number, edge: number): number {
  return smoothstep(distance / edge + 0.5);
}

/** Computes √(x² + y²), in a tenth of the time of `Math.hypot`, which guards against overflow. */
export function distance(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Returns the index of x in a pair: 0 for image left, 1 for image right. */
export function sideOf(x: number): 0 | 1 {
  return x < 0 ? 0 : 1;
}

/** Computes the height of the hemidiaphragm at x. */
export function diaphragm({ lungBase, dome }: Anatomy, x: number): number {
  const side = sideOf(x), t = (Math.abs(x) - 0.36) / 0.4;
  return lungBase[side] - dome[side] * Math.max(1 - t * t, -0.3);
}

/** Computes the lateral and the medial edge of the lung at height y, as distances from the midline; equal at the apex. */
export function lungEdges({ lungTop, lungBase, lungOuter }: Anatomy, x: number, y: number): [number, number] {
  const t = Math.min(Math.max((y - lungTop) / (lungBase[sideOf(x)] - lungTop), 0), 1);
  const up = 1 - t, widening = Math.sqrt(1 - up * up * Math.sqrt(up)), opening = Math.sqrt(1 - up * up * up * up * up);
  return [0.31 + (lungOuter - 0.31) * widening, 0.31 - 0.17 * opening];
}

/** Computes the share of lung at a point, 0…1, including what the heart hides. */
export function lungAt(anatomy: Anatomy, x: number, y: number): number {
  const a = Math.abs(x);
  if (y < anatomy.lungTop || y > 0.9 || a < 0.1 || a > anatomy.lungOuter + 0.02) return 0;
  const [outer, inner] = lungEdges(anatomy, x, y);
  if (a > outer + 0.02 || a < inner - 0.03) return 0;
  return inside(outer - a, 0.03) * inside(a - inner, 0.05) * inside(diaphragm(anatomy, x) - y, 0.03);
}

/** Computes the share of aerated lung at a point, 0…1: lung that the heart does not hide. */
export function aeratedAt(anatomy: Anatomy, x: number, y: number): number {
  const lung = lungAt(anatomy, x, y);
  return lung === 0 ? 0 : lung * (1 - 0.92 * heartAt(anatomy, x, y));
}

/** Computes the share of heart at a point, 0…1: an ellipse whose long axis points down and to the image's right. */
export function heartAt({ heart }: Anatomy, x: number, y: number): number {
  const dx = x - heart.x, dy = y - heart.y;
  const along = (0.87 * dx + 0.5 * dy) / heart.width, across = (0.87 * dy - 0.5 * dx) / heart.height;
  const r = distance(along, across);
  return r > 1.15 ? 0 : inside(1 - r, 0.2);
}
