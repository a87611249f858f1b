/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How many times faster than a base something is: the median over rounds of base / own, each the median of its round's
 * steps. A round's two figures stand close in time, so that a machine's drift changes both alike.
 */
export function speedRatio(base: readonly (readonly number[])[], own: readonly (readonly number[])[]): number {
  return median(own.map((steps, round) => median(base[round]) / median(steps)));
}

/** The line ms = fixed + perImage · images that lies closest (least squares) to measurements at two sizes or more. */
export function costLine(points: readonly { readonly images: number; readonly ms: number }[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(({ images }) => images)), y = mean(points.map(({ ms }) => ms));
  const covariance = mean(points.map(({ images, ms }) => (images - x) * (ms - y)));
  const perImage = covariance / mean(points.map(({ images }) => (images - x) ** 2));
  return { fixed: y - perImage * x, perImage };
}
