import { colorOf, describe, showSizes } from "./describe.ts";
import { arrow, box, escape, line, type Point, text, widthOf } from "./elements.ts";
import { type Card, type Fork, type Group, type Item, sectionOf } from "./flow.ts";

/** Something to draw on a line that runs down: how far it reaches to both sides of the line, and its height, in pixels. */
interface Drawn {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** Its elements where the line enters at (x, y). */
  readonly at: (x: number, y: number) => string;
}

/** Items one below the other. */
export interface Chain extends Drawn {
  readonly places: readonly { readonly item: Item; readonly top: number; readonly bottom: number }[];
}

const rowHeight = 20;

/** Room beside what is framed. */
export const margin = 12;

/** The length of the line between items, without a text beside it and with one. */
export const gap = { plain: 18, labelled: 32 };

/** Half the width of every card: room for the longest row, and left of the line for the name of any section. */
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
 * Lays out items with cards of a width. Before each is its shape where that is not what was `shown` before; the line begins at
 * `start`.
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
    const from = i === 0 ? start : end, top = end + (label || moves ? gap.labelled : gap.plain);
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

/** The shape that was written last when an item is drawn: what goes in, or what the ways of a fork meet with. */
function shownAfter(item: Item): string {
  const output = showSizes(item.output);
  if (item.kind !== "fork") return showSizes(item.input);
  return item.ways.some((way) => way.length > 0 && showSizes(way[way.length - 1].output) === output)
    ? output
    : showSizes(item.input);
}

function draw(item: Item, half: number): Drawn {
  switch (item.kind) {
    case "card":
      return drawCard(item, half);
    case "group":
      return drawGroup(item, half);
    case "fork":
      return drawFork(item, half);
  }
}

function drawCard({ rows }: Card, half: number): Drawn {
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

/** A frame with another behind it, and on it the number of copies. */
function drawGroup({ items, times, input }: Group, half: number): Drawn {
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

/** The first way goes straight on, the others beside it, the input itself last; of three and more the line is in the middle. */
function drawFork({ type, ways, input }: Fork, half: number): Drawn {
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
  const centre = Math.max(...places.map(({ drawn }) => drawn.height)) + 36;
  const way = (x: number, y: number, { drawn, offset, last }: typeof places[number]) => {
    const at = x + offset - middle, side = Math.sign(at - x), end = y + drawn.height;
    const meet: Point[] = side === 0 ? [[x, y + centre - 10]] : [[at, y + centre], [x + side * reach, y + centre]];
    if (!last) return arrow([x, y], [at, y], ...meet);
    const sizes = showSizes(last.output);
    return line([x, y], [at, y], [at, y + 8]) + drawn.at(at, y) + arrow([at, end], ...meet) +
      text(sizes === shownAfter(last) ? "" : sizes, [at + 6, end + 15], "label");
  };
  return {
    left: Math.max(middle + places[0].drawn.left, reach),
    right: Math.max(edge - middle, reach),
    height: centre + 10,
    at: (x, y) =>
      places.map((place) => way(x, y, place)).join("\n") +
      box("join", [x - reach, y + centre - 10], [x + reach, y + centre + 10], 10) +
      text(sign, [x, y + centre + 4], "sign"),
  };
}
