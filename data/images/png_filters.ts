/**
 * Undoes a row's filter. `line` and `above`, this row and the one before, begin with `size` zeros, where `size` is the bytes of a
 * pixel, so that the byte to the left is always `size` before.
 */
type Unfilter = (source: Uint8Array, line: Uint8Array, above: Uint8Array, size: number) => void;

/** What undoes each filter type. Source: the PNG specification, section 9. */
export const unfilters: readonly Unfilter[] = [
  (source, line, _, n) => line.set(source, n),
  (source, line, _, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + line[i];
  },
  (source, line, above, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + above[i + n];
  },
  (source, line, above, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + ((line[i] + above[i + n]) >> 1);
  },
  (source, line, above, n) => {
    for (let i = 0; i < source.length; i++) line[i + n] = source[i] + paeth(line[i], above[i + n], above[i]);
  },
];

/** Returns the neighbor nearest to left + up − corner. It has no branches, since the noise of films would mispredict them. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = magnitude(up - corner), toUp = magnitude(left - corner), toCorner = magnitude(left + up - 2 * corner);
  const notLeft = ((toUp - toLeft) | (toCorner - toLeft)) >> 31, notUp = (toCorner - toUp) >> 31;
  return (left & ~notLeft) | (((up & ~notUp) | (corner & notUp)) & notLeft);
}

const magnitude = (value: number) => (value ^ (value >> 31)) - (value >> 31);
