/** A point of a picture, in pixels. */
export type Point = readonly [x: number, y: number];

/** Draws a line through points, with round corners. */
export function line(...points: readonly Point[]): string {
  return `<path class="line" d="${trace(points)}"/>`;
}

/** Draws a line with an arrowhead at its end. */
export function arrow(...points: readonly Point[]): string {
  return `<path class="line" d="${trace(points)}" marker-end="url(#head)"/>`;
}

function trace(points: readonly Point[]): string {
  const towards = ([x, y]: Point, [toX, toY]: Point) => `${x + 6 * Math.sign(toX - x)} ${y + 6 * Math.sign(toY - y)}`;
  return points.map((point, i) => {
    if (i === 0) return `M${point.join(" ")}`;
    if (i === points.length - 1) return `L${point.join(" ")}`;
    return `L${towards(point, points[i - 1])}Q${point.join(" ")} ${towards(point, points[i + 1])}`;
  }).join("");
}

/** Draws a rectangle by two corners. */
export function box(kind: string, [left, top]: Point, [right, bottom]: Point, radius = 0): string {
  const size = `width="${right - left}" height="${bottom - top}"`;
  return `<rect class="${kind}" x="${left}" y="${top}" ${size} rx="${radius}"/>`;
}

/** Draws a text on its baseline; an empty one is nothing. */
export function text(content: string, [x, y]: Point, kind: string): string {
  return content && `<text class="${kind}" x="${x}" y="${y}">${escape(content)}</text>`;
}

/** Estimates the width of a text, in pixels, in the widest of the fonts that may show it. */
export function widthOf(text: string, size = 11): number {
  return Math.ceil(0.6 * size * text.length);
}

/** Escapes a text for XML, which allows no control characters. */
export function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/[^\P{C}\n]/gu, "�");
}
