/** A point of a picture, in pixels. */
export type Point = readonly [x: number, y: number];

/** A line through points, round where it turns. */
export function line(...points: readonly Point[]): string {
  return `<path class="line" d="${trace(points)}"/>`;
}

/** A line with a head at its end. */
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

/** A rectangle by its corners. */
export function box(kind: string, [left, top]: Point, [right, bottom]: Point, radius = 0): string {
  const size = `width="${right - left}" height="${bottom - top}"`;
  return `<rect class="${kind}" x="${left}" y="${top}" ${size} rx="${radius}"/>`;
}

/** A text on its baseline; nothing for an empty one. */
export function text(content: string, [x, y]: Point, kind: string): string {
  return content && `<text class="${kind}" x="${x}" y="${y}">${escape(content)}</text>`;
}

/** The width of a text of a size in the widest of the fonts that may show it. */
export function widthOf(text: string, size = 11): number {
  return Math.ceil(0.6 * size * text.length);
}

/** A text as XML has it, which knows no control characters. */
export function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/[^\P{C}\n]/gu, "�");
}
