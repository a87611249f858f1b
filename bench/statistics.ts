/** Returns the median: the middle value, or the mean of the two in the middle. The median of no values is NaN. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Computes how many times faster than a base something is: the median over rounds of base / own, where each is the median of
 * its round's steps. Both numbers of a round are measured close together, so that a drift of the machine changes both alike.
 */
export function speedRatio(base: readonly (readonly number[])[], own: readonly (readonly number[])[]): number {
  return median(own.map((steps, round) => median(base[round]) / median(steps)));
}

/** Fits the line ms = fixed + perImage · images to measurements at two batch sizes or more, by least squares. */
export function costLine(points: readonly { readonly images: number; readonly ms: number }[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(({ images }) => images)), y = mean(points.map(({ ms }) => ms));
  const covariance = mean(points.map(({ images, ms }) => (images - x) * (ms - y)));
  const perImage = covariance / mean(points.map(({ images }) => (images - x) ** 2));
  return { fixed: y - perImage * x, perImage };
}
