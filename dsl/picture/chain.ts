import { colorOf, describe, showSizes } from "./describe.ts";
import { arrow, box, escape, line, type Point, text, widthOf } from "./elements.ts";
import { type Card, type Fork, type Group, type Item, sectionOf } from "./flow.ts";

/** An item laid out on a vertical line; sizes in pixels. */
interface Layout {
  /** How far it reaches to the left of the line. */
  readonly left: number;
  /** How far it reaches to the right of the line. */
  readonly right: number;
  /** Its height. */
  readonly height: number;
  /** Draws its elements where the line enters at (x, y). */
  readonly at: (x: number, y: number) => string;
}

/** Items laid out one below the other. */
export interface Chain extends Layout {
  readonly places: readonly { readonly item: Item; readonly top: number; readonly bottom: number }[];
}

const rowHeight = 20;

/** The margin inside a frame, in pixels. */
export const margin = 12;

/** The length of the line between items in pixels, without and with a text beside it. */
export const gap = { plain: 18, labeled: 32 };

/** Half the width of a card, with room for the longest row, and left of the line for the name of any section. */
export function halfWidth(items: readonly Item[]): number {
  const width = (item: Item): number => {
    if (item.kind === "fork") return Math.max(...item.ways.flat().map(width));
    if (item.kind === "group") return Math.max(...item.items.map(width));
    return Math.max(...item.rows.map(describe).map(({ label, count }) => widthOf(label + count) + 32));
  };
  return Math.ceil(Math.max(110, ...items.map(width), ...items.map((item) => 2 * widthOf(titleOf(item)))) / 2);
}

/** The name of an item's section. */
export function titleOf(item: Item): string {
  return sectionOf(item).split("/").at(-1) ?? "";
}

/**
 * Lays out items with cards of one width. Before each item stands its input's shape, unless `shown` already showed it;
 * the line begins at `start`.
 */
export function chain(
  items: readonly Item[],
  half: number,
  { shown, start = 0 }: { readonly shown?: string; readonly start?: number } = {},
): Chain {
  let end = 0, before = shown;
  const places = items.map((item, i) => {
    const sizes = showSizes(item.input), label = sizes === before ? "" : sizes;
    const moves = i > 0 && sectionOf(item) !== sectionOf(items[i - 1]);
    const from = i === 0 ? start : end, top = end + (label || moves ? gap.labeled : gap.plain);
    const drawn = draw(item, half);
    before = shownAfter(item);
    end = top + drawn.height;
    return { item, drawn, from, top, bottom: end, label };
  });
  return {
    places,
    left: Math.max(0, ...places.map(({ drawn }) => drawn.left)),
    right: Math.max(0, ...places.map(({ drawn }) => drawn.right)),
    height: end,
    at: (x, y) =>
      places.map(({ item, drawn, from, top, label }) =>
        (item.kind === "card" ? arrow : line)([x, y + from], [x, y + top]) +
        text(label, [x + 6, y + top - 11], "label") + drawn.at(x, y + top)
      ).join("\n"),
  };
}

/** The last shape written once an item is drawn: its input's, or the output's where a branch of a fork shows it. */
function shownAfter(item: Item): string {
  const output = showSizes(item.output);
  if (item.kind !== "fork") return showSizes(item.input);
  return item.ways.some((way) => way.length > 0 && showSizes(way[way.length - 1].output) === output)
    ? output
    : showSizes(item.input);
}

function draw(item: Item, half: number): Layout {
  switch (item.kind) {
    case "card":
      return drawCard(item, half);
    case "group":
      return drawGroup(item, half);
    case "fork":
      return drawFork(item, half);
  }
}

function drawCard({ rows }: Card, half: number): Layout {
  const height = rows.length * rowHeight;
  const row = (x: number, y: number, leaves: Card["rows"][number]) => {
    const { label, count } = describe(leaves), paths = leaves.map(({ path, type }) => path || type);
    return `<g><title>${escape(paths.join("\n"))}</title>` +
      box(colorOf(leaves[0]), [x - half, y], [x + half, y + rowHeight]) +
      text(label, [x - half + 8, y + 14], "") + text(count, [x + half - 8, y + 14], "end") + "</g>\n";
  };
  return {
    left: half,
    right: half,
    height,
    at: (x, y) =>
      rows.map((leaves, i) => row(x, y + i * rowHeight, leaves)).join("") +
      box("outline", [x - half, y], [x + half, y + height], 3),
  };
}

/** Draws a frame with another behind it, and the number of copies on it. */
function drawGroup({ items, times, input }: Group, half: number): Layout {
  const inner = chain(items, half, { shown: showSizes(input) }), depth = 4;
  const left = inner.left + margin, right = inner.right + margin, height = inner.height + margin;
  const badge = `× ${times}`, width = widthOf(badge) + 14;
  return {
    left,
    right: right + depth,
    height: height + depth,
    at: (x, y) =>
      box("copies", [x - left + depth, y + depth], [x + right + depth, y + height + depth], 6) +
      box("copies", [x - left, y], [x + right, y + height], 6) + inner.at(x, y) +
      line([x, y + inner.height], [x, y + height + depth]) +
      box("times", [x + right - width - 8, y - 9], [x + right - 8, y + 9], 9) +
      text(badge, [x + right - width / 2 - 8, y + 4], "badge"),
  };
}

const signs = new Map([["residual", "+"], ["sum", "+"], ["multiply", "×"]]);

/**
 * Draws branches: the first straight on, the others beside it, the input itself last. Of three or more, the line is in
 * the middle.
 */
function drawFork({ type, ways, input }: Fork, half: number): Layout {
  const sign = signs.get(type) ?? type, reach = Math.max(10, widthOf(sign) / 2 + 8);
  const shown = ways.filter((way) => way.length > 0), bare = ways.filter((way) => way.length === 0);
  let edge = 0;
  const places = [...shown, ...bare].map((way, i) => {
    const drawn = chain(way, half, { shown: showSizes(input), start: 8 });
    const offset = i === 0 ? 0 : edge + drawn.left + 18;
    edge = offset + drawn.right;
    return { drawn, offset, last: way.at(-1) };
  });
  const middle = shown.length < 3 ? 0 : Math.round((edge - places[0].drawn.left) / 2);
  const center = Math.max(...places.map(({ drawn }) => drawn.height)) + 36;
  const way = (x: number, y: number, { drawn, offset, last }: typeof places[number]) => {
    const at = x + offset - middle, side = Math.sign(at - x), end = y + drawn.height;
    const meet: Point[] = side === 0 ? [[x, y + center - 10]] : [[at, y + center], [x + side * reach, y + center]];
    if (!last) return arrow([x, y], [at, y], ...meet);
    const sizes = showSizes(last.output);
    return line([x, y], [at, y], [at, y + 8]) + drawn.at(at, y) + arrow([at, end], ...meet) +
      text(sizes === shownAfter(last) ? "" : sizes, [at + 6, end + 15], "label");
  };
  return {
    left: Math.max(middle + places[0].drawn.left, reach),
    right: Math.max(edge - middle, reach),
    height: center + 10,
    at: (x, y) =>
      places.map((place) => way(x, y, place)).join("\n") +
      box("join", [x - reach, y + center - 10], [x + reach, y + center + 10], 10) +
      text(sign, [x, y + center + 4], "sign"),
  };
}
