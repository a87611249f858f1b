import { type Anatomy, diaphragm, distance, inside, smoothstep } from "./anatomy.ts";

/** Computes the density of everything but lung air, heart, vessels and findings: about 0…1.2, and 0 outside of the body. */
export function bodyAt(anatomy: Anatomy, x: number, y: number): number {
  const a = Math.abs(x);
  const shoulder = smoothstep((y + 1.02) / 0.42);
  const width = 0.27 + (anatomy.bodyWidth - 0.27) * shoulder - 0.05 * smoothstep((y - 0.1) / 0.6);
  const body = inside(width - a, 0.05);
  if (body === 0) return 0;
  const depth = Math.sqrt(Math.max(1 - (a / (width * 1.03)) ** 2, 0));
  const middle = a < 0.3 ? center(anatomy, x, y) : 0, low = y > -0.2 ? below(anatomy, x, y) : 0;
  return body * (0.36 + 0.3 * depth + middle + bones(anatomy, x, y) + low);
}

/** The density of mediastinum, aortic knob, trachea and spine. */
function center({ aorta }: Anatomy, x: number, y: number): number {
  const a = Math.abs(x);
  const mediastinum = 0.1 * inside(0.11 + 0.05 * smoothstep((y + 0.8) / 0.9) - a, 0.12);
  const knob = 0.09 * inside(aorta - distance(x - 0.12, (y + 0.34) * 0.9), 0.03);
  const trachea = y < -0.2 ? -0.16 * inside(0.035 - Math.abs(x + 0.01), 0.02) : bronchi(a, y);
  const spine = a < 0.11 ? inside(0.08 - a, 0.05) * (0.05 + 0.03 * Math.cos(2 * Math.PI * y / 0.115)) : 0;
  return mediastinum + knob + trachea + spine;
}

function bronchi(a: number, y: number): number {
  if (y > -0.05) return 0;
  return -0.1 * inside(0.022 - Math.abs(a - 0.02 - 0.75 * (y + 0.2)), 0.015);
}

/** The density of posterior ribs (down and out), anterior ribs (down and in), clavicles and shoulder blades. */
function bones({ ribSpacing, ribStart, clavicle, bodyWidth }: Anatomy, x: number, y: number): number {
  const a = Math.abs(x);
  let density = 0;
  if (a > 0.07 && a < bodyWidth - 0.06) {
    const behind = (y - ribStart + 0.1 - 0.1 * a - 0.3 * a * a) / ribSpacing;
    if (behind > 0 && behind < 9) density += 0.085 * band(behind, 0.21) * inside(a - 0.09, 0.04);
    const front = (y - ribStart - 0.48 + 0.62 * a) / (ribSpacing * 1.2);
    if (front > 0 && front < 6) density += 0.05 * band(front, 0.2) * smoothstep((a - 0.26) / 0.2);
  }
  const collar = y - clavicle + 0.13 * smoothstep((a - 0.05) / 0.7) - 0.02 * Math.sin(a * 9);
  if (a > 0.06) density += 0.11 * inside(0.027 - Math.abs(collar), 0.02) * inside(0.86 - a, 0.05);
  const blade = a - 0.78 + 0.16 * (y + 0.3);
  if (y > -0.62 && y < 0.1) density += 0.05 * inside(0.03 - Math.abs(blade), 0.03) * inside(0.1 - y, 0.2);
  return density;
}

/** The profile of a rib across its phase: 1 in the middle third, brighter at the edges, as cortical bone is. */
function band(phase: number, half: number): number {
  const d = Math.abs(phase - Math.floor(phase) - 0.5);
  return inside(half - d, 0.09) * (0.75 + 0.45 * smoothstep((d - half + 0.12) / 0.1));
}

/** The density of breast shadows, the abdomen and the stomach's air. */
function below(anatomy: Anatomy, x: number, y: number): number {
  const a = Math.abs(x);
  const breast = anatomy.breast * inside(0.3 - distance(a - 0.42, y - 0.22), 0.12);
  const abdomen = 0.12 * inside(y - diaphragm(anatomy, x), 0.05);
  const stomach = -0.16 * inside(0.1 - distance((x - 0.36) * 0.7, y - anatomy.lungBase[1] - 0.12), 0.05);
  return breast + abdomen + stomach;
}
