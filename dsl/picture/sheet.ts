import type { Shape } from "../shape.ts";
import { type Chain, chain, gap, halfWidth, margin, titleOf } from "./chain.ts";
import { showSizes } from "./describe.ts";
import { arrow, box, line, text } from "./elements.ts";
import { type Item, sectionOf, unitOf } from "./flow.ts";

/** A page of a picture; sizes in pixels. */
export interface Sheet {
  /** The page's width. */
  readonly width: number;
  /** The page's height. */
  readonly height: number;
  /** The page's SVG elements. */
  readonly body: string;
}

/** Draws items in as many columns as bring the page nearest to a square, each column as low as possible. */
export function drawSheet(items: readonly Item[], output: Shape): Sheet {
  const half = halfWidth(items), oneColumn = chain(items, half), sheets = new Map<number, Sheet>();
  for (let limit = 100; !sheets.has(1); limit += 20) {
    const columns = columnsOf(oneColumn, limit).map((column) => chain(column, half));
    if (!sheets.has(columns.length)) sheets.set(columns.length, drawColumns(columns, output));
  }
  const misfit = ({ width, height }: Sheet) => Math.abs(Math.log(width / height));
  return [...sheets.values()].reduce((best, sheet) => misfit(sheet) < misfit(best) ? sheet : best);
}

/** Divides items into columns no higher than a limit, unless a single unit is. */
function columnsOf({ places }: Chain, limit: number): readonly (readonly Item[])[] {
  const columns: Item[][] = [[]];
  let start = 0;
  for (const [i, { item, top }] of places.entries()) {
    const unit = unitOf(item), isNew = i > 0 && unitOf(places[i - 1].item) !== unit;
    const last = places.findLast((place) => unitOf(place.item) === unit);
    if (isNew && last && last.bottom - start > limit) {
      columns.push([]);
      start = top;
    }
    columns[columns.length - 1].push(item);
  }
  return columns;
}

/** Draws columns side by side, with a line from the end of each to the start of the next. */
function drawColumns(columns: readonly Chain[], output: Shape): Sheet {
  const top = 76, border = 24, between = 34;
  let edge = border - between, bottom = 0, body = "";
  const lines = columns.map(({ left, right }) => {
    const x = edge + between + margin + left;
    edge = x + right + margin;
    return x;
  });
  for (const [i, column] of columns.entries()) {
    const x = lines[i], end = top + column.height, isLast = i === columns.length - 1;
    const turn = x + column.right + margin + between / 2;
    bottom = Math.max(bottom, end + (isLast ? gap.labeled : 20));
    body += drawSections(column, x, top) + column.at(x, top) + "\n";
    body += isLast
      ? arrow([x, end], [x, end + gap.labeled]) + text(showSizes([output]), [x + 6, end + 21], "label")
      : line([x, end], [x, end + 20], [turn, end + 20], [turn, top - 8], [lines[i + 1], top - 8], [lines[i + 1], top]);
  }
  return { width: edge + border, height: bottom + border, body };
}

/** Draws a frame around neighbors of one section, with its name. */
function drawSections({ places, left, right }: Chain, x: number, y: number): string {
  let frames = "";
  for (let i = 0; i < places.length;) {
    const first = places[i], section = sectionOf(first.item);
    while (i < places.length && sectionOf(places[i].item) === section) i++;
    if (section === "") continue;
    const corner = [x - left - margin, y + first.top - 20] as const;
    frames += box("frame", corner, [x + right + margin, y + places[i - 1].bottom + 8], 8) +
      text(titleOf(first.item), [corner[0] + 8, corner[1] + 14], "section");
  }
  return frames;
}
