import { type Anatomy, diaphragm, distance, inside, lungEdges, smoothstep } from "./anatomy.ts";
import type { FindingKind, Shape } from "./finding.ts";
import { valueNoise } from "./texture.ts";

/** Findings inside the lung: opacities of every size, from a nodule to the haze of edema in both lungs. */
export const airspace: Readonly<Record<string, FindingKind>> = {
  Atelectasis: {
    adjust: (anatomy, side) => {
      anatomy.lungBase[side] -= 0.12;
      anatomy.heart.x += side === 0 ? -0.03 : 0.03;
    },
    shape: (anatomy, side, stream) => {
      const { x, y } = lungPoint(anatomy, side, 0.5, 0.72 + 0.08 * stream.uniform());
      const bands = Array.from({ length: 2 + stream.integer(2) }, (_, i) => ({
        y: y + 0.085 * (i - 0.8) + 0.02 * stream.normal(),
        slope: 0.25 * (stream.uniform() - 0.5),
        half: 0.16 + 0.06 * stream.uniform(),
      }));
      return {
        extent: [x - 0.24, y - 0.2, x + 0.24, y + 0.26],
        paint: (at) =>
          at.lung * bands.reduce((sum, band) => {
            const off = at.y - band.y - band.slope * (at.x - x);
            return sum + 0.42 * inside(0.026 - Math.abs(off), 0.02) * inside(band.half - Math.abs(at.x - x), 0.08);
          }, 0.1 * inside(0.24 - distance(at.x - x, at.y - y), 0.2)),
      };
    },
  },
  Infiltration: {
    shape: (anatomy, side, stream) => {
      const { x, y } = lungPoint(anatomy, side, 0.35 + 0.3 * stream.uniform(), 0.35 + 0.4 * stream.uniform());
      const rx = 0.24 + 0.06 * stream.uniform(), ry = 0.28 + 0.08 * stream.uniform(), patches = valueNoise(stream, 26);
      return blob(x, y, rx, ry, (r, at) => {
        const patchy = smoothstep(0.5 + 0.9 * patches(at.x, at.y));
        return at.lung * inside(1 - r, 0.9) * (0.12 + 0.4 * patchy);
      });
    },
  },
  Mass: {
    shape: (anatomy, side, stream) => {
      const { x, y } = lungPoint(anatomy, side, 0.35 + 0.35 * stream.uniform(), 0.25 + 0.5 * stream.uniform());
      const radius = 0.13 + 0.06 * stream.uniform(), phase = 6 * stream.uniform(), lobes = 3 + stream.integer(4);
      return blob(x, y, radius, radius, (r, at) => {
        const edge = 0.92 + 0.07 * Math.sin(lobes * Math.atan2(at.y - y, at.x - x) + phase);
        return Math.min(at.lung * 2, 1) * 0.55 * inside(edge - r, 0.16) * (1 - 0.2 * r * r);
      });
    },
  },
  Nodule: {
    shape: (anatomy, side, stream) => {
      const { x, y } = lungPoint(anatomy, side, 0.35 + 0.3 * stream.uniform(), 0.3 + 0.4 * stream.uniform());
      const nodules = Array.from({ length: 2 + stream.integer(3) }, (_, i) => ({
        x: x + (i && 0.24 * (stream.uniform() - 0.5)),
        y: y + (i && 0.4 * (stream.uniform() - 0.5)),
        radius: 0.046 + 0.018 * stream.uniform(),
      }));
      return {
        extent: [
          Math.min(...nodules.map((n) => n.x - n.radius)),
          Math.min(...nodules.map((n) => n.y - n.radius)),
          Math.max(...nodules.map((n) => n.x + n.radius)),
          Math.max(...nodules.map((n) => n.y + n.radius)),
        ],
        paint: (at) =>
          Math.min(at.lung * 2, 1) * Math.max(
            ...nodules.map((n) => 0.52 * inside(1 - distance(at.x - n.x, at.y - n.y) / n.radius, 0.35)),
          ),
      };
    },
  },
  Pneumonia: {
    shape: (anatomy, side, stream) => {
      const { x, y } = lungPoint(anatomy, side, 0.45, 0.5 + 0.25 * stream.uniform()), patches = valueNoise(stream, 12);
      return blob(x, y, 0.28, 0.28, (r, at) => {
        const angle = Math.atan2(at.y + 0.05, Math.abs(at.x) - 0.12);
        const bronchi = r < 0.8 ? 0.1 * smoothstep((Math.cos(17 * angle + 2 * patches(at.y, at.x)) - 0.8) / 0.15) : 0;
        return at.lung * (inside(1 - r + 0.25 * patches(at.x, at.y), 0.5) * 0.44 - bronchi);
      });
    },
  },
  Consolidation: {
    shape: (anatomy, side, stream) => {
      const upper = stream.uniform() < 0.4, fissure = upper ? -0.22 : -0.02, tilt = 0.3 * (stream.uniform() - 0.3);
      const reach = 0.4 + 0.12 * stream.uniform(), phase = 6 * stream.uniform();
      const [top, bottom] = upper ? [fissure - reach, fissure] : [fissure, fissure + reach];
      return {
        extent: side === 0 ? [-anatomy.lungOuter, top, -0.14, bottom] : [0.14, top, anatomy.lungOuter, bottom],
        paint: ({ x, y, lung }) => {
          if ((x < 0) !== (side === 0)) return 0;
          const off = (y - fissure - tilt * (Math.abs(x) - 0.4)) * (upper ? -1 : 1);
          const far = reach + 0.05 * Math.sin(9 * x + phase) - off;
          return lung * 0.46 * inside(off, 0.015) * inside(far, 0.2);
        },
      };
    },
  },
  Edema: {
    adjust: (anatomy) => {
      anatomy.vessels *= 1.5;
      anatomy.heart.width *= 1.1;
    },
    shape: (anatomy, _, stream) => {
      const patches = valueNoise(stream, 18), reach = 0.42 + 0.08 * stream.uniform();
      return {
        extent: [-0.16 - reach, -0.04 - reach, 0.16 + reach, -0.04 + reach * 1.1],
        paint: ({ x, y, lung }) => {
          const a = Math.abs(x), r = distance(a - 0.16, (y + 0.02) * 0.85) / reach;
          const bases = Math.min(diaphragm(anatomy, -a), diaphragm(anatomy, a));
          const [outer] = lungEdges(anatomy, x, y), low = inside(y - bases + 0.28, 0.05);
          const kerley = 0.12 * low * inside(0.1 - (outer - a), 0.03) * smoothstep((Math.cos(130 * y) - 0.5) / 0.4);
          return lung * (inside(1 - r, 0.8) * (0.24 + 0.1 * patches(x, y)) + kerley);
        },
      };
    },
  },
};

/** Finds a place in a lung by fractions of the way from its medial to its lateral edge, and from apex to base. */
function lungPoint(anatomy: Anatomy, side: 0 | 1, across: number, down: number): { x: number; y: number } {
  const sign = side === 0 ? -1 : 1;
  const y = anatomy.lungTop + down * (anatomy.lungBase[side] - anatomy.dome[side] * 0.6 - anatomy.lungTop);
  const [outer, inner] = lungEdges(anatomy, sign, y);
  const medial = side === 1 && y > anatomy.heart.y - anatomy.heart.height ? inner + 0.12 : inner;
  return { x: sign * (medial + across * (outer - medial)), y };
}

/** An ellipse whose density depends on `r`, the distance from its center in units of its radii. */
function blob(
  x: number,
  y: number,
  rx: number,
  ry: number,
  density: (r: number, at: Parameters<Shape["paint"]>[0]) => number,
): Shape {
  return {
    extent: [x - rx * 1.3, y - ry * 1.3, x + rx * 1.3, y + ry * 1.3],
    paint: (at) => {
      const r = distance((at.x - x) / rx, (at.y - y) / ry);
      return r > 1.6 ? 0 : density(r, at);
    },
  };
}
