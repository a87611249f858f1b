import type { Pair } from "../ops/window.ts";
import type { Bounds } from "./layer.ts";
import type { At } from "./shape_inference.ts";

/** A window that slides over an image. */
export interface Window {
  /** Height and width of the window, in taps. */
  readonly kernel: Pair;
  /** Rows and columns from one window to the next. */
  readonly stride: Pair;
  /** Zeros above and below, left and right; "same" keeps the size. */
  readonly padding: Pair | "same";
  /** Rows and columns from one tap to the next; default 1. */
  readonly dilation?: Pair;
}

/**
 * The number of windows down and across, ⌊(size + 2·padding − reach) / stride⌋ + 1. Rows and columns after the last
 * window are dropped.
 *
 * @throws {ShapeError} for an image smaller than the window
 */
export function slide(size: Pair, { kernel, stride, padding, dilation = [1, 1] }: Window, at: At): Pair {
  if (padding === "same") return size;
  const places = (axis: 0 | 1) => {
    const reach = dilation[axis] * (kernel[axis] - 1) + 1;
    return Math.floor((size[axis] + 2 * padding[axis] - reach) / stride[axis]) + 1;
  };
  const [height, width] = [places(0), places(1)];
  if (height < 1 || width < 1) {
    const around = padding[0] || padding[1] ? ` less padding ${brief(padding)} on each side` : "";
    throw at.error(
      `an image no smaller than the window, ${showPair(reachOf(kernel, dilation))}${around}`,
      "Give larger images, fewer strides before it, a smaller window or more padding.",
    );
  }
  return [height, width];
}

/** The padding and the largest number of a window, for its limits; "same" pads by half of the kernel's reach. */
export function windowBounds({ kernel, stride, padding, dilation = [1, 1] }: Window): Bounds {
  const around = padding === "same" ? reachOf(kernel, dilation).map((reach) => Math.ceil((reach - 1) / 2)) : padding;
  return { padding: Math.max(...around), window: Math.max(...kernel, ...stride, ...dilation) };
}

/** A window in words, without what is the default: `3×3, stride 2, padding 1`. */
export function showWindow({ kernel, stride, padding, dilation = [1, 1] }: Window): string {
  return [
    showPair(kernel),
    isAll(stride, 1) ? "" : `stride ${brief(stride)}`,
    padding === "same" ? "padding same" : isAll(padding, 0) ? "" : `padding ${brief(padding)}`,
    isAll(dilation, 1) ? "" : `dilation ${brief(dilation)}`,
  ].filter(Boolean).join(", ");
}

function reachOf(kernel: Pair, dilation: Pair): Pair {
  return [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1];
}

function isAll(pair: Pair, value: number): boolean {
  return pair[0] === value && pair[1] === value;
}

/** A pair in words: `16×8`. */
export function showPair([height, width]: Pair): string {
  return `${height}×${width}`;
}

function brief(pair: Pair): string {
  return pair[0] === pair[1] ? String(pair[0]) : showPair(pair);
}
