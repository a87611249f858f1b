import type { Model } from "../compile/compile.ts";
import { summary, type SummaryRow } from "../compile/summary.ts";
import { showCount, showSizes } from "./describe.ts";
import { box, escape, text, widthOf } from "./elements.ts";
import { flowOf } from "./flow.ts";
import { drawSheet } from "./sheet.ts";

const style = `
text { font: 11px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2733 }
.title { font-size: 17px; font-weight: 600 }
.note { font-size: 12px; fill: #5b6675 }
.label { font-size: 10px; fill: #5b6675 }
.section { font-weight: 600; fill: #5b6675 }
.badge { font-weight: 600; fill: #fff }
.badge, .sign { text-anchor: middle }
.end { text-anchor: end }
.sheet { fill: #fff; stroke: #d9dee5 }
.frame { fill: #f4f6f9 }
.copies { fill: #fff; stroke: #aab3c0 }
.times { fill: #4a5565 }
.line, .outline { fill: none; stroke: #7b8696 }
.join { fill: #fff; stroke: #7b8696 }
.head { fill: #7b8696 }
.convolve { fill: #cfe2fb }
.mix { fill: #e2d6f7 }
.attend { fill: #fcd9ae }
.scale { fill: #fbecc0 }
.resize { fill: #d0ecd2 }
.activate { fill: #fbdad5 }
.drop { fill: #e6e9ee }
`;

/** Options of {@linkcode drawModel}. */
export interface DrawingOptions {
  /** The picture's title. */
  readonly title: string;
}

/**
 * Draws a model as an SVG document: its layers along the path of the data, with their shapes and trainable parameters.
 * It draws parts that are copies of each other once, with the range of what differs.
 *
 * @example
 * ```ts
 * import { compile, dense, drawModel } from "@thorax/thorax";
 * const picture = drawModel(compile(dense(15), { input: [512] }), { title: "one layer" });
 * console.assert(picture.startsWith("<svg ") && picture.includes("7.7 k parameters"));
 * ```
 */
export function drawModel(model: Model, { title }: DrawingOptions): string {
  const rows = summary(model), total = (of: (row: SummaryRow) => number) => rows.reduce((sum, row) => sum + of(row), 0);
  const note = [
    `${showCount(total(({ parameters }) => parameters))} parameters`,
    `${showCount(total(({ multiplyAdds }) => multiplyAdds))} multiply-adds`,
    `${showSizes([model.input])} → ${showSizes([model.output])}`,
  ].join(" · ");
  const { body, height, ...sheet } = drawSheet(flowOf([model.tree]), model.output);
  const width = Math.max(sheet.width, 48 + widthOf(title, 17), 48 + widthOf(note, 12));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escape(title)}: ${note}</title>
<style>${style}</style>
<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path class="head" d="M0 1 8 4 0 7z"/>
</marker>
${box("sheet", [0.5, 0.5], [width - 0.5, height - 0.5], 10)}
${text(title, [24, 36], "title")}
${text(note, [24, 56], "note")}
${body}
</svg>`;
}
