import { sameShape, type Shape } from "../shape.ts";
import { rowOf } from "../compile/summary.ts";
import type { Leaf } from "../compile/tree.ts";

/** Describes a layer or its copies for a picture: the type with its details, and the number of trainable parameters. */
export function describe(leaves: readonly Leaf[]): { readonly label: string; readonly count: string } {
  const rows = leaves.map(rowOf);
  const details = [...new Set(rows.map(({ details }) => details.replace(/, padding [^,]+/, "")))]; // the shapes show it
  const parameters = rows.map(({ parameters }) => parameters);
  return {
    label: `${rows[0].type} ${details.length === 1 ? details[0] : `${details[0]} – ${details.at(-1)}`}`.trimEnd(),
    count: rows[0].parameters === 0 ? "" : showRange(parameters, showCount),
  };
}

/** Colors of layers that {@linkcode colorOf} cannot tell by their shapes and parameters. */
const colors = new Map([
  ["pool", "resize"],
  ["adaptivePool", "resize"],
  ["attention", "attend"],
  ["dropout", "drop"],
  ["stochasticDepth", "drop"],
]);

/** The color class of a layer, which shows what it does. */
export function colorOf({ type, layer, input, output, parameters }: Leaf): string {
  const color = colors.get(type);
  if (color) return color;
  if (layer.multiplyAdds) return input.length === 3 ? "convolve" : "mix";
  if (!sameShape(input, output.shape)) return "resize";
  return Object.keys(parameters).length > 0 ? "scale" : "activate";
}

/** Writes a shape as `56×56×64`, and the range of copies whose shapes differ as `56×56×64–224`. */
export function showSizes([first, ...others]: readonly Shape[]): string {
  return first.map((size, axis) => showRange([size, ...others.map((shape) => shape[axis])], String)).join("×");
}

function showRange(values: readonly number[], show: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(show);
  return least === most ? least : `${least}–${most}`;
}

/** Writes a count in three digits: `640`, `36.9 k`, `134 M`. */
export function showCount(value: number): string {
  if (value < 1000) return String(value);
  const rounded = Number(value.toPrecision(3)), power = Math.min(3, Math.floor(Math.log10(rounded) / 3));
  return `${Number((rounded / 1000 ** power).toPrecision(3))} ${"kMG"[power - 1]}`;
}
