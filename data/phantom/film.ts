import { randomStream } from "../../random.ts";
import type { Plane } from "../images/plane.ts";
import { aeratedAt, type Anatomy, anatomyOf, heartAt, sideOf } from "./anatomy.ts";
import { bodyAt } from "./body.ts";
import type { Extent, Shape } from "./finding.ts";
import { findingKinds } from "./findings.ts";
import { grain, mottle, vesselMap } from "./texture.ts";

/** Height and width of a phantom film in pixels. */
export const phantomSize = 256;

/** Everything that determines a phantom film; serializable. */
export interface PhantomFilm {
  /** The seed of the whole phantom. */
  readonly seed: number;
  /** Number of the film, which determines its noise, exposure and positioning. */
  readonly film: number;
  /** Number of the patient, which determines the anatomy. */
  readonly patient: number;
  /** Names of the film's labels. */
  readonly labels: readonly string[];
}

/** The box around a finding, in pixels of the {@linkcode phantomSize}² film. */
export interface FindingBox {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a film shows, before any pixel is drawn. */
interface Plan {
  readonly anatomy: Anatomy;
  readonly shapes: readonly (Shape & { readonly label: string })[];
  /** The chest's position on the film: rotation (radians), scale, shift. */
  readonly pose: { readonly angle: number; readonly scale: number; readonly x: number; readonly y: number };
}

/** Computes the known place of each finding on a film. */
export function phantomBoxes(film: PhantomFilm): FindingBox[] {
  const { shapes, pose } = plan(film);
  return shapes.map(({ label, extent }) => ({ label, ...boxOf(extent, pose) }));
}

/**
 * Draws a film of 8 bits, {@linkcode phantomSize}² pixels. It sums densities along the beam: the body without lung air, heart, bones,
 * vessels and findings. Then it applies exposure, film curve and grain, which differ from film to film, so that mean brightness
 * tells little.
 */
export function renderPhantom(film: PhantomFilm): Plane {
  const { anatomy, shapes, pose } = plan(film);
  const stream = randomStream(film.seed, "phantom", "film", film.film);
  const size = phantomSize, vessels = vesselMap(stream, anatomy, size);
  const tissue = mottle(stream);
  const exposure = 0.035 * stream.normal();
  const contrast = 1 + 0.12 * stream.uniform(), gamma = 0.9 + 0.2 * stream.uniform();
  const noise = 0.008 + 0.012 * stream.uniform(), noiseSeed = stream.integer(2 ** 31);
  const curve = Float32Array.from({ length: 4097 }, (_, i) => 0.5 + contrast * (Math.pow(i / 4096, gamma) - 0.5));
  const cos = Math.cos(pose.angle) / pose.scale, sin = Math.sin(pose.angle) / pose.scale;
  const out = new Uint8ClampedArray(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const u = (2 * i + 1) / size - 1 - pose.x, v = (2 * j + 1) / size - 1 - pose.y;
      const x = cos * u + sin * v, y = cos * v - sin * u, pixel = j * size + i;
      const body = bodyAt(anatomy, x, y);
      let density = body;
      if (body > 0) {
        const lung = aeratedAt(anatomy, x, y), vessel = vesselAt(vessels, x, y);
        density += 0.06 * heartAt(anatomy, x, y) + lung * (vessel - 0.42 * anatomy.aeration[sideOf(x)]);
        for (const { extent, paint } of shapes) {
          if (y > extent[1] - 0.1 && y < extent[3] + 0.1 && x > extent[0] - 0.1 && x < extent[2] + 0.1) {
            density += paint({ x, y, lung, vessel });
          }
        }
        density += tissue(x, y);
      }
      const value = curve[Math.min(Math.max(Math.floor(density * 4096 / 1.12), 0), 4096)] +
        Math.min(body * 5, 1) * exposure + noise * grain(noiseSeed, pixel);
      out[pixel] = 255 * value;
    }
  }
  return { width: size, height: size, pixels: new Uint8Array(out.buffer) };
}

function vesselAt(map: Float32Array, x: number, y: number): number {
  const i = Math.floor((x + 1) * phantomSize / 2), j = Math.floor((y + 1) * phantomSize / 2);
  return i < 0 || j < 0 || i >= phantomSize || j >= phantomSize ? 0 : map[j * phantomSize + i];
}

function plan({ seed, film, patient, labels }: PhantomFilm): Plan {
  const anatomy = anatomyOf(seed, patient);
  const pose = randomStream(seed, "phantom", "pose", film);
  const breath = 0.03 * pose.normal();
  anatomy.lungBase = [anatomy.lungBase[0] + breath, anatomy.lungBase[1] + breath];
  anatomy.heart.y += 0.7 * breath;
  const findings = labels.flatMap((label) => {
    const kind = findingKinds[label], stream = randomStream(seed, "phantom", "finding", film, label);
    return kind ? [{ label, kind, stream, side: stream.integer(2) === 0 ? 0 as const : 1 as const }] : [];
  });
  for (const { kind, side } of findings) kind.adjust?.(anatomy, side);
  return {
    anatomy,
    shapes: findings.map(({ label, kind, stream, side }) => ({ label, ...kind.shape(anatomy, side, stream) })),
    pose: {
      angle: 0.02 * pose.normal(),
      scale: 0.94 + 0.1 * pose.uniform(),
      x: 0.02 * pose.normal(),
      y: 0.02 * pose.normal() + 0.02,
    },
  };
}

/** Computes the pixel box around an extent's corners in a pose, clipped to the film. */
function boxOf([left, top, right, bottom]: Extent, { angle, scale, x, y }: Plan["pose"]): Omit<FindingBox, "label"> {
  const cos = Math.cos(angle) * scale, sin = Math.sin(angle) * scale;
  const corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
  const pixel = (value: number) => Math.round(Math.min(Math.max((value + 1) / 2, 0), 1) * phantomSize);
  const xs = corners.map(([a, b]) => pixel(cos * a - sin * b + x));
  const ys = corners.map(([a, b]) => pixel(sin * a + cos * b + y));
  const x0 = Math.min(...xs), y0 = Math.min(...ys);
  return { x: x0, y: y0, width: Math.max(...xs) - x0, height: Math.max(...ys) - y0 };
}
