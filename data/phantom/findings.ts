import { airspace } from "./airspace.ts";
import { type Anatomy, distance, inside, lungEdges, smoothstep } from "./anatomy.ts";
import type { Extent, FindingKind } from "./finding.ts";
import { valueNoise } from "./texture.ts";

/** How the phantom draws each finding, by its label: textbook signs, simplified. */
export const findingKinds: Readonly<Record<string, FindingKind>> = {
  ...airspace,
  Cardiomegaly: {
    adjust: ({ heart }) => {
      heart.width *= 1.5;
      heart.height *= 1.22;
      heart.x += 0.05;
    },
    shape: ({ heart: { x, y, width, height } }) => ({
      extent: [x - width, y - height, x + width, y + height * 1.2],
      paint: () => 0,
    }),
  },
  Effusion: {
    shape: (anatomy, side, stream) => {
      const level = anatomy.lungBase[side] - 0.14 - 0.26 * stream.uniform(), rise = 0.16 + 0.1 * stream.uniform();
      return {
        extent: sideExtent(anatomy, side, level - rise, anatomy.lungBase[side] + 0.1),
        paint: ({ x, y, lung }) => {
          const s = Math.min(Math.max((Math.abs(x) - 0.15) / (anatomy.lungOuter - 0.15), 0), 1);
          return onSide(x, side) * 0.44 * lung * inside(y - level + rise * s * s * s, 0.05);
        },
      };
    },
  },
  Pneumothorax: {
    shape: (anatomy, side, stream) => {
      const rim = 0.11 + 0.1 * stream.uniform(), end = 0.1 + 0.3 * stream.uniform();
      return {
        extent: sideExtent(anatomy, side, anatomy.lungTop, end + 0.1),
        paint: ({ x, y, lung, vessel }) => {
          if (lung === 0) return 0;
          const [outer] = lungEdges(anatomy, x, y);
          const apex = 0.22 * smoothstep((anatomy.lungTop + 0.5 - y) / 0.5);
          const depth = (rim + apex) * smoothstep((end + 0.1 - y) / 0.35) - (outer - Math.abs(x));
          const line = 0.24 * inside(0.014 - Math.abs(depth), 0.012);
          return onSide(x, side) * lung * (line - inside(depth, 0.02) * (0.17 + vessel));
        },
      };
    },
  },
  Emphysema: {
    adjust: (anatomy) => {
      anatomy.aeration = [1.28, 1.28];
      anatomy.lungBase = [anatomy.lungBase[0] + 0.12, anatomy.lungBase[1] + 0.12];
      anatomy.dome = [0.04, 0.03];
      anatomy.vessels *= 0.35;
      anatomy.heart.width *= 0.78;
      anatomy.heart.y += 0.08;
    },
    shape: (anatomy) => ({
      extent: [-anatomy.lungOuter, anatomy.lungTop, anatomy.lungOuter, Math.max(...anatomy.lungBase)],
      paint: () => 0,
    }),
  },
  Fibrosis: {
    shape: (anatomy, _, stream) => {
      const top = 0.02 - 0.25 * stream.uniform(), fine = valueNoise(stream, 56), coarse = valueNoise(stream, 34);
      return {
        extent: [-anatomy.lungOuter, top, anatomy.lungOuter, Math.max(...anatomy.lungBase)],
        paint: ({ x, y, lung }) => {
          if (lung === 0) return 0;
          const edge = smoothstep((Math.abs(x) - 0.2) / 0.35);
          const net = Math.min(Math.abs(fine(x, y)), Math.abs(coarse(x, y)) * 1.3);
          return lung * smoothstep((y - top) / 0.2) * (0.4 + 0.6 * edge) *
            (0.34 * smoothstep((0.24 - net) / 0.22) - 0.03);
        },
      };
    },
  },
  Pleural_Thickening: {
    shape: (anatomy, side, stream) => {
      const top = -0.62 + 0.3 * stream.uniform(), bottom = top + 0.45 + 0.25 * stream.uniform();
      const thickness = 0.07 + 0.04 * stream.uniform(), phase = 6 * stream.uniform();
      return {
        extent: sideExtent(anatomy, side, top - 0.04, bottom + 0.04, 0.4),
        paint: ({ x, y, lung }) => {
          const [outer] = lungEdges(anatomy, x, y), depth = thickness * (1 + 0.35 * Math.sin(13 * y + phase));
          const along = inside(y - top, 0.1) * inside(bottom - y, 0.1);
          return onSide(x, side) * lung * along * 0.55 * inside(depth - (outer - Math.abs(x)), 0.02);
        },
      };
    },
  },
  Hernia: {
    shape: (anatomy, _, stream) => {
      const radius = 0.13 + 0.04 * stream.uniform(), x0 = 0.04 + 0.1 * stream.uniform();
      const y0 = anatomy.heart.y + 0.06, level = y0 + radius * (0.3 * stream.uniform() - 0.05);
      return {
        extent: [x0 - radius, y0 - radius, x0 + radius, y0 + radius],
        paint: ({ x, y }) => {
          const r = distance(x - x0, y - y0), wall = 0.2 * inside(0.016 - Math.abs(r - radius + 0.016), 0.014);
          return wall + inside(radius - r, 0.02) * (0.2 * inside(y - level, 0.012) - 0.34 * inside(level - y, 0.012));
        },
      };
    },
  },
};

/** The extent of a band of one lung, from the distance `from` of the midline outward. */
function sideExtent(anatomy: Anatomy, side: 0 | 1, top: number, bottom: number, from = 0.12): Extent {
  return side === 0 ? [-anatomy.lungOuter, top, -from, bottom] : [from, top, anatomy.lungOuter, bottom];
}

/** Returns 1 on the side, 0 on the other. */
function onSide(x: number, side: 0 | 1): number {
  return (x < 0) === (side === 0) ? 1 : 0;
}
